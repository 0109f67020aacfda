// C06, C46 to C49: a unary deadline. What goes over the wire, what the handler sees, and what becomes of its late answer.
//
// needs: golang-google-grpc-dev
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/golang/protobuf/ptypes/wrappers"
	"golang.org/x/net/http2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var failed bool

// say tells what was seen, and whether it is what the page says.
func say(claim string, asThePage bool, format string, args ...any) {
	mark := "ok "
	if !asThePage {
		mark, failed = "NOT", true
	}
	fmt.Printf("%s %s %s\n", claim, mark, fmt.Sprintf(format, args...))
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

type message = wrappers.BytesValue

// service has one call and one stream, without a generated line.
type service struct {
	call   func(context.Context, *message) (*message, error)
	stream func(grpc.ServerStream) error
}

var about = grpc.ServiceDesc{ServiceName: "t.T", HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Call", Handler: func(s any, ctx context.Context, decode func(any) error, by grpc.UnaryServerInterceptor) (any, error) {
		in := new(message)
		if err := decode(in); err != nil || by == nil {
			if err != nil {
				return nil, err
			}
			return s.(*service).call(ctx, in)
		}
		return by(ctx, in, &grpc.UnaryServerInfo{Server: s, FullMethod: "/t.T/Call"}, func(ctx context.Context, in any) (any, error) {
			return s.(*service).call(ctx, in.(*message))
		})
	}}},
	Streams: []grpc.StreamDesc{{StreamName: "Stream", ServerStreams: true, ClientStreams: true, Handler: func(s any, stream grpc.ServerStream) error {
		return s.(*service).stream(stream)
	}}},
}

// serve starts a server; what it gives back is its address.
func serve(s *service, options ...grpc.ServerOption) string {
	server := grpc.NewServer(options...)
	server.RegisterService(&about, s)
	listener, _ := net.Listen("tcp", "127.0.0.1:0")
	go server.Serve(listener)
	return listener.Addr().String()
}

func dial(addr string, options ...grpc.DialOption) *grpc.ClientConn {
	conn, err := grpc.Dial(addr, append(options, grpc.WithInsecure(), grpc.WithBlock())...)
	if err != nil {
		panic(err)
	}
	return conn
}

func invoke(ctx context.Context, conn *grpc.ClientConn, text string) (*message, error) {
	out := new(message)
	return out, conn.Invoke(ctx, "/t.T/Call", &message{Value: []byte(text)}, out)
}

// tap passes bytes on and notes the frames that end a stream or a connection.
type tap struct {
	sync.Mutex
	seen  []string
	conns int
}

func (t *tap) listen(to string) string {
	listener, _ := net.Listen("tcp", "127.0.0.1:0")
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, _ := net.Dial("tcp", to)
			t.Lock()
			t.conns++
			t.Unlock()
			go t.copy("client", server, client, len(http2.ClientPreface))
			go t.copy("server", client, server, 0)
		}
	}()
	return listener.Addr().String()
}

func (t *tap) copy(who string, to io.Writer, from io.Reader, preface int) {
	frames, feed := io.Pipe()
	go func() {
		io.CopyN(io.Discard, frames, int64(preface))
		framer := http2.NewFramer(io.Discard, frames)
		for {
			frame, err := framer.ReadFrame()
			if err != nil {
				io.Copy(io.Discard, frames)
				return
			}
			t.Lock()
			switch f := frame.(type) {
			case *http2.RSTStreamFrame:
				t.seen = append(t.seen, fmt.Sprintf("%s RST_STREAM(%v)", who, f.ErrCode))
			case *http2.GoAwayFrame, *http2.HeadersFrame, *http2.DataFrame:
				t.seen = append(t.seen, fmt.Sprintf("%s %v", who, frame.Header().Type))
			}
			t.Unlock()
		}
	}()
	io.Copy(io.MultiWriter(to, feed), from)
}

func (t *tap) take() []string {
	t.Lock()
	defer t.Unlock()
	seen := t.seen
	t.seen = nil
	return seen
}

func count(all []string, what string) (n int) {
	for _, one := range all {
		if one == what {
			n++
		}
	}
	return
}

func deadline() {
	back, done := make(chan time.Time, 1), make(chan time.Time, 1)
	addr := serve(&service{call: func(ctx context.Context, in *message) (*message, error) {
		if string(in.Value) == "slow" {
			go func() { <-ctx.Done(); done <- time.Now() }()
			time.Sleep(500 * time.Millisecond)
			back <- time.Now()
		}
		return &message{Value: []byte("late")}, nil
	}})
	wire := new(tap)
	conn := dial(wire.listen(addr))
	invoke(context.Background(), conn, "")
	time.Sleep(50 * time.Millisecond)
	wire.take()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := invoke(ctx, conn, "slow")
	took := time.Since(start)
	say("C46", status.Code(err) == codes.DeadlineExceeded, "the caller, deadline of 100 ms: %v at %s", status.Code(err), ms(took))
	returned, ended := (<-back).Sub(start), (<-done).Sub(start)
	say("C47", ended < 300*time.Millisecond && returned > 450*time.Millisecond, "a handler that does not look: its context done at %s, back at %s", ms(ended), ms(returned))
	time.Sleep(100 * time.Millisecond)
	seen := wire.take()
	say("C46", count(seen, "client RST_STREAM(CANCEL)") == 1, "on the wire: %v", seen)
	_, next := invoke(context.Background(), conn, "")
	answers := count(seen, "server DATA") + count(seen, "server GOAWAY")
	say("C48", answers == 0 && next == nil && wire.conns == 1, "the late answer: %d frames, no GOAWAY; the next call: %v, connections in all: %d", answers, next, wire.conns)
}

func whichError() {
	saw := make(chan error, 1)
	conn := dial(serve(&service{call: func(ctx context.Context, _ *message) (*message, error) {
		<-ctx.Done()
		saw <- ctx.Err()
		return nil, ctx.Err()
	}}))
	kinds := map[string]int{}
	for i := 0; i < 200; i++ {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Millisecond)
		invoke(ctx, conn, "")
		cancel()
		kinds[(<-saw).Error()]++
	}
	say("C49", kinds["context canceled"] > 0, "200 deadlines, what the handler's context says: %v", kinds)
}

func config() {
	// It does not look at its deadline: one that did would race the caller's own timer with its answer, and sometimes win.
	addr := serve(&service{call: func(context.Context, *message) (*message, error) {
		time.Sleep(600 * time.Millisecond)
		return &message{}, nil
	}})
	plain := dial(addr)
	start := time.Now()
	_, err := invoke(context.Background(), plain, "")
	say("C06", err == nil, "context.Background(): %s", ms(time.Since(start)))
	limited := dial(addr, grpc.WithDefaultServiceConfig(`{"methodConfig":[{"name":[{"service":"t.T"}],"timeout":"0.1s"}]}`))
	start = time.Now()
	_, err = invoke(context.Background(), limited, "")
	say("C06", status.Code(err) == codes.DeadlineExceeded, "the same, service config of 0.1 s: %v at %s", status.Code(err), ms(time.Since(start)))
}

func main() {
	fmt.Println(runtime.Version(), "grpc", grpc.Version)
	deadline()
	whichError()
	config()
	if failed {
		os.Exit(1)
	}
}
