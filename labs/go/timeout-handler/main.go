// C32, C33: what http.TimeoutHandler and a middleware with a deadline stop, and what they do not.
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
	var start time.Time
	var flushes, hijacks bool
	var late error
	ended := make(chan time.Duration, 1)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, flushes = w.(http.Flusher)
		_, hijacks = w.(http.Hijacker)
		time.Sleep(time.Second)
		_, late = w.Write([]byte("late"))
		ended <- time.Since(start)
	})
	server := httptest.NewServer(http.TimeoutHandler(handler, 100*time.Millisecond, "too slow"))
	defer server.Close()
	start = time.Now()
	response, err := http.Get(server.URL)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	response.Body.Close()
	took := time.Since(start)
	say("C32", response.StatusCode == 503 && took < 500*time.Millisecond, "limit of 100 ms: %d at %s", response.StatusCode, ms(took))
	ran := <-ended
	say("C32", ran > 900*time.Millisecond && errors.Is(late, http.ErrHandlerTimeout), "the handler ended at %s, and its Write got: %v", ms(ran), late)
	say("C32", !flushes && !hijacks, "its writer is a Flusher: %v, a Hijacker: %v", flushes, hijacks)
	middleware()
	if failed {
		os.Exit(1)
	}
}

// middleware gives its handler a deadline. The handler does not look.
func middleware() {
	wrote, saw := make(chan time.Duration, 1), make(chan error, 1)
	limited := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), 100*time.Millisecond)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
	start := time.Now()
	server := httptest.NewServer(limited(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Second)
		saw <- r.Context().Err()
		wrote <- time.Since(start)
	})))
	defer server.Close()
	if response, err := http.Get(server.URL); err == nil {
		response.Body.Close()
	}
	err, ran := <-saw, <-wrote
	say("C33", errors.Is(err, context.DeadlineExceeded) && ran > 900*time.Millisecond, "a middleware's deadline of 100 ms: the business logic ran on to %s; its context said: %v", ms(ran), err)
}
