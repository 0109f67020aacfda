// C27 to C29: which hook of httputil.ReverseProxy learns that a client left, and whether the upstream does.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime"
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

// counts is what the hooks saw.
type counts struct{ modified, knew, errors, upstream atomic.Int32 }

// proxy stands before an upstream that sends its headers, or not, and then nothing.
func proxy(headers bool, seen *counts) (front, up *httptest.Server) {
	up = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if headers {
			w.Write(make([]byte, 10))
			w.(http.Flusher).Flush()
		}
		select {
		case <-r.Context().Done():
			seen.upstream.Add(1)
		case <-time.After(3 * time.Second):
		}
	}))
	to, _ := url.Parse(up.URL)
	p := httputil.NewSingleHostReverseProxy(to)
	p.ErrorLog = log.New(io.Discard, "", 0)
	p.FlushInterval = -1
	p.ModifyResponse = func(r *http.Response) error {
		seen.modified.Add(1)
		if r.Request.Context().Err() != nil {
			seen.knew.Add(1)
		}
		return nil
	}
	p.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { seen.errors.Add(1); w.WriteHeader(502) }
	return httptest.NewServer(p), up
}

func abort(headers bool, where string) {
	var seen counts
	front, up := proxy(headers, &seen)
	defer up.Close()
	defer front.Close()
	const times = 10
	for i := 0; i < times; i++ {
		ctx, cancel := context.WithCancel(context.Background())
		request, _ := http.NewRequestWithContext(ctx, "GET", front.URL, nil)
		time.AfterFunc(50*time.Millisecond, cancel)
		if response, err := http.DefaultClient.Do(request); err == nil {
			io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
		cancel()
	}
	time.Sleep(200 * time.Millisecond)
	say("C27", seen.knew.Load() == 0 && (seen.errors.Load() == 0) == headers, "client left %s, %d times: ModifyResponse called %d times, the context done in %d; ErrorHandler %d times", where, times, seen.modified.Load(), seen.knew.Load(), seen.errors.Load())
	say("C29", seen.upstream.Load() == times, "the upstream's context ended %d times of %d", seen.upstream.Load(), times)
}

func upstreamTimeout() {
	up := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(time.Second):
		}
	}))
	defer up.Close()
	to, _ := url.Parse(up.URL)
	p := httputil.NewSingleHostReverseProxy(to)
	p.ErrorLog = log.New(io.Discard, "", 0)
	p.Transport = &http.Transport{ResponseHeaderTimeout: 100 * time.Millisecond}
	var why, inbound error
	p.ErrorHandler = func(w http.ResponseWriter, r *http.Request, err error) {
		why, inbound = err, r.Context().Err()
		w.WriteHeader(504)
	}
	front := httptest.NewServer(p)
	defer front.Close()
	if response, err := http.Get(front.URL); err == nil {
		response.Body.Close()
	}
	say("C28", why != nil && inbound == nil, "upstream timeout: ErrorHandler got %q, the request's context says %v", fmt.Sprint(why), inbound)
}

func main() {
	fmt.Println(runtime.Version())
	abort(false, "before the headers")
	abort(true, "in the body")
	upstreamTimeout()
	if failed {
		os.Exit(1)
	}
}
