package baggage

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	weft "go.weft.dev/sdk/baggage"
)

// Woven functions are called as the plugs do.
func with(ctx context.Context, b baggage.Baggage) context.Context {
	return baggage.ContextWithBaggage(beforeContextWithBaggage(ctx, b), b)
}

func from(ctx context.Context) baggage.Baggage {
	return afterFromContext(ctx, baggage.FromContext(ctx))
}

func TestSentAndReceived(t *testing.T) {
	received := weft.Parse("tenant=ac%20me;secret;level=2,user=ada")
	ctx := weft.NewContext(context.Background(), received)
	b := from(ctx)
	if m := b.Member("tenant"); b.Len() != 2 || m.Value() != "ac me" || len(m.Properties()) != 2 {
		t.Fatalf("got %v", b)
	}
	b = b.DeleteMember("user")
	member, err := baggage.NewMember("id", "100%25")
	if err != nil {
		t.Fatal(err)
	}
	if b, err = b.SetMember(member); err != nil {
		t.Fatal(err)
	}
	ctx = with(ctx, b)
	sent := weft.FromContext(ctx)
	if sent.Value("id") != "100%" || sent.Value("tenant") != "ac me" || sent.Value("user") != "" || len(sent.Members()) != 2 {
		t.Errorf("sent %q", sent.Header())
	}
	if got := from(ctx); got.Member("id").Value() != "100%" || got.Len() != 2 {
		t.Errorf("got %v", got)
	}
	later := weft.NewContext(ctx, received)
	if got := from(later); got.Member("user").Value() != "ada" {
		t.Errorf("got %v although the runtime's is further in", got)
	}
	none := baggage.ContextWithoutBaggage(beforeContextWithoutBaggage(ctx))
	if weft.FromContext(none).Header() != "" || from(none).Len() != 0 {
		t.Error("there is baggage")
	}
	if from(context.Background()).Len() != 0 {
		t.Error("there is baggage in an empty context")
	}
}
