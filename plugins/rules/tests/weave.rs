//! What rules and directives weave.

use weft_plugin::harness::{Sources, describe};
use weft_plugin_rules::Rules;

const SOURCE: &str = r#"package billing

import "context"

type Order struct{ ID string }

type Service struct{ name string }

func (s *Service) Charge(ctx context.Context, order *Order, cents int) (receipt string, err error) {
	return "", nil
}

func (s *Service) Refund(cents int) error { return nil }

func Retry(attempt int) bool { return attempt < 3 }

//weft:span audit order.id=order.ID
func audit(order *Order) {}

//weft:spanner
func other() {}
"#;

const SPANS: &str = r#"[
    {"functions": "example.com/app/.../billing.(*Service).Charge", "name": "charge", "kind": "client",
     "attributes": {"order.id": "order.ID", "cents": "cents", "service": "recv.name"}, "results": {"receipt": "receipt"}},
    {"functions": "example.com/app/internal/billing.(*Service).*"}]"#;

const EVENTS: &str = r#"[{"functions": "example.com/app/internal/billing.Retry", "name": "retry", "attributes": {"attempt": "attempt"}}]"#;

fn sources() -> Sources {
    Sources::new("example.com/app/internal/billing").file("billing.go", SOURCE)
}

#[test]
fn rules_and_directives() {
    let sources = sources().setting("spans", SPANS).setting("events", EVENTS);
    insta::assert_snapshot!(sources.weave(&Rules).unwrap());
}

#[test]
fn directives_need_no_settings() {
    insta::assert_snapshot!(sources().weave(&Rules).unwrap());
}

#[test]
fn rules_that_cannot_be_followed_say_why() {
    let refused = |spans: &str| {
        let failure = sources().setting("spans", spans).weave(&Rules).unwrap_err();
        failure.to_string()
    };
    for (spans, reason) in [
        (r#"[{"functions": "billing"}]"#, "names no functions"),
        (
            r#"[{"functions": "example.com/a.(Service.Charge"}]"#,
            "names no functions",
        ),
        (r#"[{"function": "a.B"}]"#, "unknown field"),
        (
            r#"[{"functions": "example.com/app/internal/billing.Retry", "attributes": {"a": "nosuch"}}]"#,
            "no parameter `nosuch`",
        ),
        (
            r#"[{"functions": "example.com/app/internal/billing.Charge"}]"#,
            "has no function Charge",
        ),
    ] {
        let said = refused(spans);
        assert!(said.contains(reason), "{spans}: {said}");
    }
    assert_eq!(describe(&Rules, &[]).unwrap().name, "rules");
}
