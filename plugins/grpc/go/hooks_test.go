package grpc

import (
	"context"
	"errors"
	"io"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

type connectionError struct{ error }

func (connectionError) Temporary() bool { return true }

func TestStatusOf(t *testing.T) {
	for err, want := range map[error]string{
		nil: "OK", io.EOF: "OK", status.Error(codes.NotFound, "x"): "NOT_FOUND", errors.New("x"): "UNKNOWN",
		context.Canceled: "CANCELLED", context.DeadlineExceeded: "DEADLINE_EXCEEDED", connectionError{io.EOF}: "UNAVAILABLE",
	} {
		if got, _ := statusOf(err); got.Code != want {
			t.Errorf("statusOf(%v) = %+v, want %s", err, got, want)
		}
	}
}

// beforeSend changes neither the metadata of the program nor a context that it has nothing to add to.
func TestBeforeSend(t *testing.T) {
	ctx := context.Background()
	if beforeSend(ctx) != ctx {
		t.Error("a context without a span is another one")
	}
	program := metadata.Pairs("tenant", "t", "traceparent", "stale")
	ctx = metadata.NewOutgoingContext(ctx, program)
	call, with := beforeInvoke("", ctx, "/a/b")
	sent, _ := metadata.FromOutgoingContext(beforeSend(with))
	afterInvoke(call, nil)
	if sent["traceparent"][0] == "stale" || len(sent["traceparent"]) != 1 || sent["tenant"][0] != "t" {
		t.Errorf("sent %v", sent)
	}
	if program["traceparent"][0] != "stale" {
		t.Errorf("the program's metadata is now %v", program)
	}
}

// Metadata that the library refuses is refused with a span as well.
func TestBeforeSendLeavesMetadata(t *testing.T) {
	program := metadata.MD{"Key": {"as the program has it"}}
	call, ctx := beforeInvoke("", metadata.NewOutgoingContext(context.Background(), program), "/a/b")
	defer afterInvoke(call, nil)
	ctx = beforeSend(ctx)
	if sent, _ := metadata.FromOutgoingContext(ctx); len(sent["traceparent"]) != 1 {
		t.Errorf("sent %v", sent)
	}
	program["late"] = []string{"set after it was handed over"}
	if sent, _ := metadata.FromOutgoingContext(ctx); len(sent["late"]) != 1 {
		t.Error("the library gets another map than the program's")
	}
}

type stream struct{ unhashable []int }

func (stream) Method() string               { return "/a/b" }
func (stream) SetHeader(metadata.MD) error  { return nil }
func (stream) SendHeader(metadata.MD) error { return nil }
func (stream) SetTrailer(metadata.MD) error { return nil }

// Programs may have streams of their own.
func TestBeforeContext(t *testing.T) {
	ctx := context.Background()
	if beforeContext(ctx, nil) != ctx || beforeContext(ctx, stream{}) != ctx || beforeContext(ctx, &stream{}) != ctx {
		t.Error("the context of somebody else's stream is another one")
	}
	if beforeHandle(struct{}{}) != nil || beforeProcess(&stream{}, nil) != nil {
		t.Error("a stream that is not the library's is handled")
	}
}
