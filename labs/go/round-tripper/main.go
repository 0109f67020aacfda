// C31: a RoundTripper with a timeout of its own. `defer cancel()` fires when the headers are there.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
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

// theirs is the article's.
type theirs struct{ limit time.Duration }

func (t theirs) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), t.limit)
	defer cancel()
	return http.DefaultTransport.RoundTrip(r.Clone(ctx))
}

// mended cancels when the body is closed.
type mended struct{ limit time.Duration }

type body struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b body) Close() error { defer b.cancel(); return b.ReadCloser.Close() }

func (t mended) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(r.Context(), t.limit)
	response, err := http.DefaultTransport.RoundTrip(r.Clone(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	response.Body = body{response.Body, cancel}
	return response, nil
}

func get(client *http.Client, url string) (int64, error) {
	response, err := client.Get(url)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	return io.Copy(io.Discard, response.Body)
}

func main() {
	fmt.Println(runtime.Version())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if size, err := strconv.Atoi(r.URL.Path[1:]); err == nil {
			w.Header().Set("Content-Length", strconv.Itoa(size))
			w.Write(make([]byte, size))
			return
		}
		for i := 0; i < 40 && r.Context().Err() == nil; i++ {
			w.Write([]byte("x"))
			w.(http.Flusher).Flush()
			time.Sleep(50 * time.Millisecond)
		}
	}))
	defer server.Close()
	failures := func(client *http.Client, size int64) (n int) {
		for i := 0; i < 200; i++ {
			if got, err := get(client, fmt.Sprintf("%s/%d", server.URL, size)); err != nil || got != size {
				n++
			}
		}
		return
	}
	small := failures(&http.Client{Transport: theirs{5 * time.Second}}, 10)
	large := failures(&http.Client{Transport: theirs{5 * time.Second}}, 1<<20)
	say("C31", small == 0 && large > 0, "limit of 5 s, defer cancel(): %d of 200 bodies of 10 bytes failed, %d of 1 MB", small, large)
	right := failures(&http.Client{Transport: mended{5 * time.Second}}, 1<<20)
	say("C31", right == 0, "cancel in Body.Close: %d of 200 of 1 MB failed", right)
	for name, client := range map[string]*http.Client{
		"cancel in Body.Close": {Transport: mended{200 * time.Millisecond}},
		"Client.Timeout":       {Timeout: 200 * time.Millisecond},
	} {
		start := time.Now()
		_, err := get(client, server.URL+"/drips")
		took := time.Since(start)
		say("C31", err != nil && took < 700*time.Millisecond, "%s, 200 ms, a body that drips for 2 s: ended at %s", name, ms(took))
	}
	if failed {
		os.Exit(1)
	}
}
