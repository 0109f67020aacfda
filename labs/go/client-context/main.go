// C01, C17: what bounds a request to a server that takes a second, and which error tells of it.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
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

func main() {
	fmt.Println(runtime.Version())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(time.Second):
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	plain := func(ctx context.Context) *http.Request {
		request, _ := http.NewRequest("GET", server.URL, nil)
		return request
	}
	try := func(name string, client *http.Client, bounded bool, make func(context.Context) *http.Request) {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		response, err := client.Do(make(ctx))
		took := time.Since(start)
		if err == nil {
			response.Body.Close()
		}
		say("C01", (took < 500*time.Millisecond) == bounded && (err != nil) == bounded, "%s: %s", name, ms(took))
		if err != nil && client.Timeout == 0 {
			deadline, canceled := errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled)
			say("C17", deadline && !canceled, "%s: DeadlineExceeded=%v Canceled=%v", name, deadline, canceled)
		}
	}
	try("context in scope, not attached", &http.Client{}, false, plain)
	try("WithContext", &http.Client{}, true, func(ctx context.Context) *http.Request { return plain(ctx).WithContext(ctx) })
	try("NewRequestWithContext", &http.Client{}, true, func(ctx context.Context) *http.Request {
		request, _ := http.NewRequestWithContext(ctx, "GET", server.URL, nil)
		return request
	})
	try("Client.Timeout, no context", &http.Client{Timeout: 100 * time.Millisecond}, true, plain)
	if failed {
		os.Exit(1)
	}
}
