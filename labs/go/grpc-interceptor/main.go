// C55, C56, C59, C60: interceptors that detach, replace and wrap, and what a call passes on by itself.
//
// needs: golang-google-grpc-dev
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"
	"time"

	"github.com/golang/protobuf/ptypes/wrappers"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
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

const work = 600 * time.Millisecond

// through sends a call of 100 ms through an interceptor; when its handler ended, whether by its context, and its metadata.
func through(by grpc.UnaryServerInterceptor) (out *message, err error, ended time.Duration, metadataKept bool) {
	var start time.Time
	back := make(chan time.Time, 1)
	conn := dial(serve(&service{call: func(ctx context.Context, _ *message) (*message, error) {
		_, metadataKept = metadata.FromIncomingContext(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(work):
		}
		back <- time.Now()
		return &message{Value: []byte("done")}, nil
	}}, grpc.UnaryInterceptor(by)))
	ctx, cancel := context.WithTimeout(metadata.AppendToOutgoingContext(context.Background(), "k", "v"), 100*time.Millisecond)
	defer cancel()
	start = time.Now()
	out, err = invoke(ctx, conn, "")
	ended = (<-back).Sub(start)
	return
}

func interceptors() {
	out, err, ended, _ := through(func(ctx context.Context, in any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		go handle(ctx, in)
		return nil, nil
	})
	say("C55", err == nil && len(out.GetValue()) == 0 && ended < 300*time.Millisecond, "go handler(ctx); return nil, nil: the client got error %v and %d bytes; the handler's context ended it at %s", err, len(out.GetValue()), ms(ended))
	within := func(parent func(context.Context) context.Context) grpc.UnaryServerInterceptor {
		return func(ctx context.Context, in any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
			ctx, cancel := context.WithTimeout(parent(ctx), 5*time.Second)
			defer cancel()
			return handle(ctx, in)
		}
	}
	_, _, ended, kept := through(within(func(context.Context) context.Context { return context.Background() }))
	say("C56", ended > 500*time.Millisecond && !kept, "WithTimeout(Background), deadline of 100 ms: the handler ended at %s, metadata there: %v", ms(ended), kept)
	_, _, ended, kept = through(within(func(ctx context.Context) context.Context { return ctx }))
	say("C56", ended < 300*time.Millisecond && kept, "WithTimeout(ctx): at %s, metadata there: %v", ms(ended), kept)
}

func passedOn() {
	arrived := make(chan string, 1)
	ok := false
	last := dial(serve(&service{call: func(ctx context.Context, _ *message) (*message, error) {
		deadline, there := ctx.Deadline()
		md, _ := metadata.FromIncomingContext(ctx)
		ok = there && len(md.Get("trace-id")) == 0
		arrived <- fmt.Sprintf("deadline %v, %s left of 300 ms; trace-id %v", there, ms(time.Until(deadline)), md.Get("trace-id"))
		return &message{}, nil
	}}))
	first := dial(serve(&service{call: func(ctx context.Context, _ *message) (*message, error) {
		time.Sleep(50 * time.Millisecond)
		return invoke(ctx, last, "")
	}}))
	ctx, cancel := context.WithTimeout(metadata.AppendToOutgoingContext(context.Background(), "trace-id", "abc"), 300*time.Millisecond)
	defer cancel()
	invoke(ctx, first, "")
	say("C59", ok, "client, A, B with A's context: at B %s", <-arrived)
}

// enhanced is the article's stream.
type enhanced struct {
	grpc.ServerStream
	cancel context.CancelFunc
}

func (e *enhanced) Cancel() { e.cancel() }

func ownCanceller() {
	type seen struct{ context, send error }
	saw := make(chan seen, 1)
	conn := dial(serve(&service{stream: func(stream grpc.ServerStream) error {
		stream.(*enhanced).Cancel()
		time.Sleep(300 * time.Millisecond)
		saw <- seen{stream.Context().Err(), stream.SendMsg(&message{})}
		return nil
	}}, grpc.StreamInterceptor(func(s any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
		_, cancel := context.WithCancel(stream.Context())
		return handle(s, &enhanced{stream, cancel})
	})))
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	stream, _ := conn.NewStream(ctx, &about.Streams[0], "/t.T/Stream")
	stream.SendMsg(&message{})
	s := <-saw
	say("C60", s.context == nil && s.send == nil, "300 ms after its Cancel(): Context().Err() %v, SendMsg %v", s.context, s.send)
}

func main() {
	fmt.Println(runtime.Version(), "grpc", grpc.Version)
	interceptors()
	passedOn()
	ownCanceller()
	if failed {
		os.Exit(1)
	}
}
