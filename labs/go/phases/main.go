// C14, C21 to C23: which phases of a request the context bounds, and what goes on behind it.
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
	"strconv"
	"strings"
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

// detaches tells whether a dial outlives its request in this Go: since 1.23.
func detaches() bool {
	parts := strings.Split(strings.TrimPrefix(runtime.Version(), "go1."), ".")
	minor, err := strconv.Atoi(parts[0])
	return err != nil || minor >= 23
}

// do sends a request under a context of that length.
func do(client *http.Client, url string, limit time.Duration) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	request, _ := http.NewRequestWithContext(ctx, "GET", url, nil)
	start := time.Now()
	response, err := client.Do(request)
	if err == nil {
		response.Body.Close()
	}
	return time.Since(start), err
}

func redirects() {
	hops, seen := 0, 0
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hops++
		select {
		case <-time.After(40 * time.Millisecond):
		case <-r.Context().Done():
		}
		http.Redirect(w, r, server.URL+"/next", http.StatusFound)
	}))
	defer server.Close()
	client := &http.Client{CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if _, ok := next.Context().Deadline(); ok {
			seen++
		}
		return nil
	}}
	took, err := do(client, server.URL, 150*time.Millisecond)
	say("C21", err != nil && took < 450*time.Millisecond && seen > 0, "redirects of 40 ms under a context of 150 ms: ended at %s, hop %d; CheckRedirect saw the deadline %d times", ms(took), hops, seen)
}

func dns() {
	silent, _ := net.ListenPacket("udp", "127.0.0.1:0")
	defer silent.Close()
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("udp", silent.LocalAddr().String())
	}}
	client := &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{Resolver: resolver}).DialContext}}
	took, err := do(client, "http://nowhere.example/", 100*time.Millisecond)
	say("C23", err != nil && took < 500*time.Millisecond, "a name server that says nothing, context of 100 ms: ended at %s", ms(took))
}

func dial() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }))
	defer server.Close()
	var dialer net.Dialer
	var deadline bool
	gone := make(chan bool, 2)
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		_, deadline = ctx.Deadline()
		select {
		case <-ctx.Done():
			gone <- true
			return nil, ctx.Err()
		case <-time.After(600 * time.Millisecond):
			gone <- false
			return dialer.DialContext(ctx, network, addr)
		}
	}}
	client := &http.Client{Transport: transport}
	took, _ := do(client, server.URL, 100*time.Millisecond)
	ended := <-gone
	say("C22", took < 300*time.Millisecond && ended != detaches(), "a slow dial, context of 100 ms: Do ended at %s, the dial's context has a deadline: %v, and ended: %v", ms(took), deadline, ended)
	time.Sleep(100 * time.Millisecond)
	var info httptrace.GotConnInfo
	transport.DialContext = dialer.DialContext
	request, _ := http.NewRequest("GET", server.URL, nil)
	trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { info = i }}
	if response, err := client.Do(request.WithContext(httptrace.WithClientTrace(context.Background(), trace))); err == nil {
		response.Body.Close()
	}
	say("C14", info.Reused == detaches(), "the next request found that dial's connection in the pool: %v", info.Reused)
}

func main() {
	fmt.Println(runtime.Version())
	redirects()
	dns()
	dial()
	if failed {
		os.Exit(1)
	}
}
