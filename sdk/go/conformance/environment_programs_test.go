package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.weft.dev/sdk/attribute"
	"go.weft.dev/sdk/baggage"
	"go.weft.dev/sdk/export"
	"go.weft.dev/sdk/lifecycle"
	"go.weft.dev/sdk/log"
	"go.weft.dev/sdk/propagation"
	"go.weft.dev/sdk/semconv/httpconv"
	"go.weft.dev/sdk/trace"
)

// roots is how many traces environment begins, so that a sampler can choose.
const roots = 64

// environment does a bit of everything that can be configured.
func environment() {
	ctx := context.Background()
	many := make([]attribute.Attribute, 130)
	for i := range many {
		many[i] = attribute.NewKey(fmt.Sprintf("key %d", i)).String(strings.Repeat("v", 200))
	}
	// Spans with more than the limits allow.
	limits, _ := scopeA.Start(ctx, "limits", trace.KindInternal)
	for _, a := range many {
		limits.SetAttributes(a)
	}
	limits.AddEvent("event", many...)
	limits.AddLink(remoteParent, many...)
	for range 130 {
		limits.AddEvent("more")
		limits.AddLink(remoteParent)
	}
	limits.End()
	for range roots {
		root, _ := scopeA.Start(ctx, "root", trace.KindInternal)
		root.End()
	}
	// Traces that others have decided about.
	for name, flags := range map[string]byte{"sampled": trace.FlagSampled, "not sampled": 0} {
		parent := remoteParent
		parent.Flags = flags
		s, _ := scopeA.StartRemote(ctx, parent, name, trace.KindServer)
		s.End()
	}
	// What is passed on.
	caller, callerCtx := scopeA.Start(baggage.NewContext(ctx, baggage.Parse("k=v")), "caller", trace.KindClient)
	header := http.Header{}
	propagation.Inject(callerCtx, caller, header)
	caller.End()
	var names []string
	for name := range header {
		names = append(names, strings.ToLower(name))
	}
	slices.Sort(names)
	fmt.Println("headers:", strings.Join(names, " "))

	// Spans of which some stand for the same operation as another.
	client, clientCtx := scopeA.Start(ctx, "client", trace.KindClient.Of(trace.Database))
	inner, innerCtx := scopeA.Start(clientCtx, "inner", trace.KindClient.Of(trace.Database))
	inner.End()
	other, _ := scopeA.Start(innerCtx, "other", trace.KindClient.Of(trace.HTTP))
	other.End()
	client.End()
	for _, method := range []string{"GET", "BREW"} {
		request, _ := http.NewRequest(method, "http://localhost/", nil)
		if server := httpconv.StartServer(scopeA, request); server != nil {
			server.End(false)
		}
	}
	failing, _ := scopeA.Start(ctx, "failing", trace.KindInternal)
	failing.RecordError(errors.New("broken"))
	failing.End()

	if r := log.NewLogger("example/log", "").Begin(); r != nil {
		for i := range many {
			r.String(fmt.Sprintf("key %d", i), strings.Repeat("v", 200))
		}
		r.Emit()
	}
	lifecycle.Flush()
	fmt.Printf("spans: %+v\nlogs: %+v\n", export.TraceStats(), export.LogStats())
}

// unflushed makes a span and a log record, and waits until they are sent on their own.
func unflushed() {
	s, _ := scopeA.Start(context.Background(), "one", trace.KindInternal)
	s.End()
	logs := int64(0)
	if r := log.NewLogger("example/log", "").Begin(); r != nil {
		r.Emit()
		logs = 1
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if export.TraceStats().Exported == 1 && export.LogStats().Exported == logs {
			fmt.Println("sent")
			return
		}
	}
	fmt.Println("still waiting")
}

// crowded ends spans and log records without a chance to send any, and says how many
// were kept.
func crowded() {
	for range 10000 {
		s, _ := scopeA.Start(context.Background(), "one", trace.KindInternal)
		s.End()
		if r := log.NewLogger("example/log", "").Begin(); r != nil {
			r.Emit()
		}
	}
	fmt.Printf("kept %d and %d\n", export.TraceStats().Queued, export.LogStats().Queued)
}
