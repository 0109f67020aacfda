// C19, C20: a peer that accepts and never shakes hands. When does the caller return, and when is the socket closed?
package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
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

// detaches tells whether a handshake outlives its request in this Go: since 1.23.
func detaches() bool {
	minor, err := strconv.Atoi(strings.Split(strings.TrimPrefix(runtime.Version(), "go1."), ".")[0])
	return err != nil || minor >= 23
}

func main() {
	fmt.Println(runtime.Version())
	silent, _ := net.Listen("tcp", "127.0.0.1:0")
	defer silent.Close()
	closed := make(chan time.Time, 2)
	go func() {
		for {
			conn, err := silent.Accept()
			if err != nil {
				return
			}
			go func() { io.Copy(io.Discard, conn); closed <- time.Now(); conn.Close() }()
		}
	}()
	config := &tls.Config{InsecureSkipVerify: true}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, TLSHandshakeTimeout: 2 * time.Second}}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	request, _ := http.NewRequestWithContext(ctx, "GET", "https://"+silent.Addr().String(), nil)
	start := time.Now()
	_, err := client.Do(request)
	took := time.Since(start)
	cancel()
	say("C19", err != nil && took < 500*time.Millisecond, "context of 100 ms: Do ended at %s", ms(took))
	lived := (<-closed).Sub(start)
	say("C20", (lived > time.Second) == detaches(), "TLSHandshakeTimeout 2 s: the socket was closed at %s", ms(lived))

	conn, _ := net.Dial("tcp", silent.Addr().String())
	ctx, cancel = context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	start = time.Now()
	err = tls.Client(conn, config).HandshakeContext(ctx)
	took = time.Since(start)
	say("C19", err != nil && took < 500*time.Millisecond, "HandshakeContext with 100 ms: ended at %s", ms(took))
	if failed {
		os.Exit(1)
	}
}
