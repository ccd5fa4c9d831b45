//! What is woven into go-redis, from the lowest to the newest version that the plugin names.

use weft_plugin::harness::describe;
use weft_plugin_redis::Redis;
use weft_plugins_testing::{module, points};

const MODULE: &str = "github.com/redis/go-redis/v9";

#[test]
fn describes_itself() {
    assert_eq!(describe(&Redis, &[]).unwrap().name, "redis");
}

#[test]
fn same_points_in_all_versions() {
    let of = |version| points(&module(MODULE, version, "").weave(&Redis).unwrap());
    let lowest = of("v9.0.0");
    insta::assert_snapshot!(lowest);
    assert_eq!(of("v9.23.0"), lowest);
}

#[test]
fn connections_leave_the_span() {
    for version in ["v9.0.0", "v9.23.0"] {
        let woven = module(MODULE, version, "internal/pool")
            .weave(&Redis)
            .unwrap();
        insta::assert_snapshot!("pool", points(&woven));
    }
}
