// C13 to C16: what becomes of a connection whose request is cancelled, and whether it is used again.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
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

// handler answers /ok at once. Anything else gets 100 bytes where headers is set, and then nothing, until its client leaves.
func handler(headers bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ok" {
			io.WriteString(w, "ok")
			return
		}
		if headers {
			w.Write(make([]byte, 100))
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	}
}

func http1(headers bool) {
	closed := make(chan time.Time, 1)
	server := httptest.NewUnstartedServer(handler(headers))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			select {
			case closed <- time.Now():
			default:
			}
		}
	}
	server.Start()
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{}}
	put := false
	ctx, cancel := context.WithCancel(httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{PutIdleConn: func(error) { put = true }}))
	request, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/slow", nil)
	cancelled := make(chan time.Time, 1)
	time.AfterFunc(100*time.Millisecond, func() { cancelled <- time.Now(); cancel() })
	if response, err := client.Do(request); err == nil {
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	where := map[bool]string{false: "before the headers", true: "in the body"}[headers]
	select {
	case at := <-closed:
		say("C13", true, "HTTP/1.1, cancelled %s: the server saw the close %s after it", where, ms(at.Sub(<-cancelled)))
	case <-time.After(2 * time.Second):
		say("C13", false, "HTTP/1.1, cancelled %s: the connection was still open after 2 s", where)
	}
	say("C14", !put, "HTTP/1.1, cancelled %s: put into the idle pool: %v", where, put)
}

func http2() {
	server := httptest.NewUnstartedServer(handler(false))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	var port [2]string
	var reused bool
	get := func(n int, path string, limit time.Duration) {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
			port[n], reused = i.Conn.LocalAddr().String(), i.Reused
		}})
		request, _ := http.NewRequestWithContext(ctx, "GET", server.URL+path, nil)
		if response, err := server.Client().Do(request); err == nil {
			response.Body.Close()
		}
	}
	get(0, "/slow", 100*time.Millisecond)
	get(1, "/ok", 5*time.Second)
	say("C13", reused && port[0] == port[1], "HTTP/2: the next request had the same local port: %v", port[0] == port[1])
}

// pool cancels many requests at all sorts of moments, and counts how the next one on the same pool fares.
func pool() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ok" {
			time.Sleep(time.Duration(time.Now().UnixNano()%4) * time.Millisecond)
			w.Write(make([]byte, 20000))
		}
	}))
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 50}}
	var cancelled, bad atomic.Int32
	get := func(ctx context.Context, path string) error {
		request, _ := http.NewRequestWithContext(ctx, "GET", server.URL+path, nil)
		response, err := client.Do(request)
		if err == nil {
			_, err = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
		return err
	}
	var all sync.WaitGroup
	for worker := 0; worker < 10; worker++ {
		all.Add(1)
		go func(worker int) {
			defer all.Done()
			for i := 0; i < 100; i++ {
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration((i*7+worker)%40)*100*time.Microsecond)
				if get(ctx, "/slow") != nil {
					cancelled.Add(1)
				}
				cancel()
				if get(context.Background(), "/ok") != nil {
					bad.Add(1)
				}
			}
		}(worker)
	}
	all.Wait()
	say("C15", bad.Load() == 0 && cancelled.Load() > 100, "%d requests cancelled, 1000 more on the same pool, %d failed", cancelled.Load(), bad.Load())
}

// silent asks for the state of both ends when the peer never closes (Linux).
func silent() {
	listener, _ := net.Listen("tcp", "127.0.0.1:0")
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			defer conn.Close() // when the listener is closed: the peer is silent until then
		}
	}()
	var here, there net.Addr
	ctx, cancel := context.WithTimeout(httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		here, there = i.Conn.LocalAddr(), i.Conn.RemoteAddr()
	}}), 100*time.Millisecond)
	defer cancel()
	request, _ := http.NewRequestWithContext(ctx, "GET", "http://"+listener.Addr().String(), nil)
	(&http.Client{Transport: &http.Transport{}}).Do(request)
	time.Sleep(50 * time.Millisecond)
	ours, theirs := state(here, there), state(there, here)
	say("C16", ours == "FIN_WAIT2" && theirs == "CLOSE_WAIT", "a peer that never closes: %s here, %s there", ours, theirs)
}

func state(local, remote net.Addr) string {
	table, _ := os.ReadFile("/proc/net/tcp")
	hex := func(addr net.Addr) string {
		tcp := addr.(*net.TCPAddr)
		ip := tcp.IP.To4()
		return fmt.Sprintf("%02X%02X%02X%02X:%04X", ip[3], ip[2], ip[1], ip[0], tcp.Port)
	}
	for _, line := range strings.Split(string(table), "\n") {
		if f := strings.Fields(line); len(f) > 3 && f[1] == hex(local) && f[2] == hex(remote) {
			return map[string]string{"01": "ESTABLISHED", "04": "FIN_WAIT1", "05": "FIN_WAIT2", "06": "TIME_WAIT", "08": "CLOSE_WAIT"}[f[3]]
		}
	}
	return "gone"
}

func main() {
	fmt.Println(runtime.Version())
	http1(false)
	http1(true)
	http2()
	pool()
	silent()
	if failed {
		os.Exit(1)
	}
}
