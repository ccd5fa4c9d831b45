//! Spans of messages that `github.com/segmentio/kafka-go` sends and receives.

use weft_plugin::{Advices, Descriptor, Package, Plugin, Result, Settings, export, hooks, method};

/// See the crate.
pub struct KafkaGo;

export!(KafkaGo);

impl Plugin for KafkaGo {
    fn describe(&self, d: &mut Descriptor, _: &Settings) -> Result {
        d.hooks(hooks!["hooks.go", "header.go"]);
        d.interest("github.com/segmentio/kafka-go", ">=0.4.4, <0.5")
            .requiring(method("*Writer", "WriteMessages"))
            .requiring(method("*Reader", "FetchMessage"))
            .requiring(method("*Reader", "CommitMessages"))
            .requiring(method("*Reader", "Close"))
            .requiring(method("*Reader", "run"))
            .requiring(method("*Reader", "readLag"))
            .requiring(method("*reader", "run"))
            .requiring(method("*ConsumerGroup", "run"))
            .requiring(method("*connPool", "discover"))
            .requiring(method("*conn", "run"))
            .matching(method("*partitionWriter", "writeBatches"));
        Ok(())
    }

    fn advise(&self, p: &Package, out: &mut Advices) -> Result {
        for f in p.functions() {
            match f.name() {
                "WriteMessages" => {
                    out.hook(f)
                        .before("beforeWrite")
                        .after("afterWrite")
                        .replaces(["msgs"]);
                }
                "FetchMessage" => {
                    out.hook(f).before("beforeFetch").after("afterFetch");
                }
                "CommitMessages" => {
                    out.hook(f).before("beforeCommit").after("afterCommit");
                }
                "Close" => {
                    out.hook(f).before("beforeClose");
                }
                // Goroutines of connections, groups and partitions live longer than the span they start in.
                _ => out.detach(f),
            }
        }
        Ok(())
    }
}
