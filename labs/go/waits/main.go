// C10 to C12, C50, C57: waits that do not hear a context, what they leave behind, and what a context says when asked.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
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

func waitGroup() {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	var all sync.WaitGroup
	all.Add(1)
	time.AfterFunc(700*time.Millisecond, all.Done)
	start := time.Now()
	all.Wait()
	took := time.Since(start)
	say("C10", took > 600*time.Millisecond && ctx.Err() != nil, "WaitGroup.Wait under a context of 50 ms: %s", ms(took))
}

// sleeps is the article's remedy, a hundred times: sleep in a goroutine, and wait for it or for the context.
func sleeps() {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	for i := 0; i < 100; i++ {
		done := make(chan struct{})
		go func() { time.Sleep(time.Second); close(done) }()
		select {
		case <-done:
		case <-ctx.Done():
		}
	}
	left := runtime.NumGoroutine() - before
	time.Sleep(1500 * time.Millisecond)
	after := runtime.NumGoroutine() - before
	say("C11", left >= 100 && after == 0, "sleep in a goroutine: the callers left, %d goroutines stayed; 1.5 s later %d", left, after)

	for i := 0; i < 100; i++ {
		timer := time.NewTimer(time.Second)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
	say("C11", runtime.NumGoroutine() == before, "a timer in the select: %d goroutines stayed", runtime.NumGoroutine()-before)
}

func tickers() {
	before := runtime.NumGoroutine()
	stop := make(chan struct{})
	for i := 0; i < 50; i++ {
		go func() {
			ticker := time.NewTicker(10 * time.Millisecond)
			defer ticker.Stop()
			for {
				select {
				case <-ticker.C:
				case <-stop:
					return
				}
			}
		}()
	}
	time.Sleep(100 * time.Millisecond)
	runtime.GC()
	alive := runtime.NumGoroutine() - before
	close(stop)
	time.Sleep(300 * time.Millisecond)
	left := runtime.NumGoroutine() - before
	say("C12", alive == 50 && left == 0, "50 tickers without a context: %d alive after a collection, %d after a plain channel was closed", alive, left)
}

func errs() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	cancel()
	say("C50", errors.Is(ctx.Err(), context.Canceled), "cancel() before the deadline: %v", ctx.Err())
	missed := 0
	for i := 0; i < 60; i++ {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(3+i%9)*time.Millisecond)
		start := time.Now()
		for ctx.Err() == nil && time.Since(start) < time.Second {
			time.Sleep(5 * time.Millisecond)
		}
		if ctx.Err() == nil {
			missed++
		}
		cancel()
	}
	say("C57", missed == 0, "ctx.Err() asked each 5 ms, 60 times: %d missed", missed)
}

func main() {
	fmt.Println(runtime.Version())
	waitGroup()
	sleeps()
	tickers()
	errs()
	if failed {
		os.Exit(1)
	}
}
