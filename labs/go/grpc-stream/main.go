// C07 to C09, C51 to C54: streams whose client leaves, or does not read, and a Recv loop that takes no error for an end.
//
// needs: golang-google-grpc-dev
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sort"
	"sync/atomic"
	"time"

	"github.com/golang/protobuf/ptypes/wrappers"
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

func open(ctx context.Context, conn *grpc.ClientConn) grpc.ClientStream {
	stream, err := conn.NewStream(ctx, &about.Streams[0], "/t.T/Stream")
	if err != nil {
		panic(err)
	}
	return stream
}

func receive() {
	conn := dial(serve(&service{stream: func(stream grpc.ServerStream) error {
		in := new(message)
		stream.RecvMsg(in)
		if string(in.Value) == "fail" {
			return status.Error(codes.Internal, "boom")
		}
		<-stream.Context().Done()
		time.Sleep(300 * time.Millisecond) // or its clean end may overtake the client's own deadline
		return nil
	}}))
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	stream := open(ctx, conn)
	stream.SendMsg(&message{})
	start := time.Now()
	err := stream.RecvMsg(new(message))
	took := time.Since(start)
	cancel()
	say("C07", status.Code(err) == codes.DeadlineExceeded && took < 400*time.Millisecond, "a blocked Recv, context of 100 ms: %v at %s", status.Code(err), ms(took))

	ctx, cancel = context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	stream = open(ctx, conn)
	stream.SendMsg(&message{Value: []byte("fail")})
	rounds := 0
	for ctx.Err() == nil {
		if stream.RecvMsg(new(message)) == io.EOF {
			break
		}
		rounds++
	}
	say("C08", rounds > 1000, "the article's loop, after the server's Internal: %d rounds until the context ended", rounds)
	err = stream.SendMsg(&message{})
	say("C54", err == io.EOF, "the client's Send on an ended stream: %v", err)
}

// send sends for ever; what it gives back is told by its channel.
func send(size int, sent *atomic.Int64, first chan<- error, after chan<- int) func(grpc.ServerStream) error {
	return func(stream grpc.ServerStream) error {
		out := &message{Value: make([]byte, size)}
		for {
			err := stream.SendMsg(out)
			if err == nil {
				sent.Add(1)
				continue
			}
			first <- err
			calls := 0
			for end := time.Now().Add(500 * time.Millisecond); time.Now().Before(end); calls++ {
				if stream.SendMsg(out) == nil {
					after <- -1
					return nil
				}
			}
			after <- calls
			return nil
		}
	}
}

func ignored() {
	var sent atomic.Int64
	first, after := make(chan error, 1), make(chan int, 1)
	conn := dial(serve(&service{stream: send(32<<10, &sent, first, after)}))
	ctx, cancel := context.WithCancel(context.Background())
	stream := open(ctx, conn)
	stream.RecvMsg(new(message))
	time.Sleep(300 * time.Millisecond)
	before := sent.Load()
	time.Sleep(500 * time.Millisecond)
	say("C53", sent.Load() == before, "a client that does not read: Send blocked after %d KB", before*32)
	var heap runtime.MemStats
	start := time.Now()
	cancel()
	err := <-first
	took := time.Since(start)
	say("C54", status.Code(err) == codes.Canceled && !errors.Is(err, io.EOF), "the server's Send after the cancel: %v, %s later", status.Code(err), ms(took))
	calls := <-after
	runtime.ReadMemStats(&heap)
	say("C52", calls > 0 && heap.HeapAlloc < 40e6, "%d more calls of Send in 0.5 s, all failed; heap %.1f MB", calls, float64(heap.HeapAlloc)/1e6)
}

func latency() {
	started, ended := make(chan bool, 1), make(chan time.Time, 1)
	conn := dial(serve(&service{stream: func(stream grpc.ServerStream) error {
		started <- true
		<-stream.Context().Done()
		ended <- time.Now()
		return nil
	}}))
	var all []time.Duration
	for i := 0; i < 300; i++ {
		ctx, cancel := context.WithCancel(context.Background())
		open(ctx, conn).SendMsg(&message{})
		<-started
		start := time.Now()
		cancel()
		all = append(all, (<-ended).Sub(start))
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	say("C51", all[150] < 10*time.Millisecond, "cancel to server, 300 times: median %v, p99 %v", all[150], all[297])
}

func abandoned(inherit bool) {
	var alive atomic.Int32
	conn := dial(serve(&service{
		call: func(context.Context, *message) (*message, error) { return &message{}, nil },
		stream: func(stream grpc.ServerStream) error {
			alive.Add(1)
			defer alive.Add(-1)
			for {
				if err := stream.SendMsg(&message{Value: make([]byte, 1<<10)}); err != nil {
					return err
				}
			}
		}}))
	defer conn.Close()
	ctx, cancel := context.WithCancel(context.Background())
	use := context.Background()
	if inherit {
		use = ctx
	}
	// On a busy machine a stream may fail at its first message; what counts is twenty that have had one.
	for had, tries := 0, 0; had < 20 && tries < 40; tries++ {
		if open(use, conn).RecvMsg(new(message)) == nil {
			had++
		}
	}
	limit, stop := context.WithTimeout(context.Background(), 5*time.Second)
	_, err := invoke(limit, conn, "")
	stop()
	for i := 0; alive.Load() != 20 && i < 200; i++ {
		time.Sleep(10 * time.Millisecond)
	}
	before := alive.Load()
	cancel()
	time.Sleep(500 * time.Millisecond)
	left := alive.Load()
	say("C09", err == nil && before == 20 && (left == 0) == inherit, "20 unread streams, context passed on: %v; another call meanwhile: %v; handlers %d, after the cancel %d", inherit, err, before, left)
}

func main() {
	fmt.Println(runtime.Version(), "grpc", grpc.Version)
	receive()
	ignored()
	latency()
	abandoned(false)
	abandoned(true)
	if failed {
		os.Exit(1)
	}
}
