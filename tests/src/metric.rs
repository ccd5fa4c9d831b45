//! Received metrics.

use std::collections::HashMap;

use anyhow::Context as _;
use opentelemetry_proto::tonic::metrics::v1::{self as proto, metric, number_data_point};

use crate::span::Value;

/// What a data point says.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// A sum, and whether it only grows.
    Sum(Number, bool),
    /// The last value.
    Gauge(Number),
    /// How many values there were, their sum, and how many in each bucket.
    Histogram(u64, f64, Vec<u64>),
}

/// A value of one type or the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// A fraction.
    Double(f64),
}

/// A data point with what it is a point of.
#[derive(Debug, Clone)]
pub struct Point {
    /// The metric's name.
    pub name: String,
    /// The metric's unit.
    pub unit: String,
    /// The metric's description.
    pub description: String,
    /// Name of the instrumentation scope.
    pub scope: String,
    /// Attributes of the point.
    pub attributes: HashMap<String, Value>,
    /// What it says.
    pub data: Data,
    /// Ids of the spans of its exemplars.
    pub exemplars: Vec<String>,
}

impl Point {
    /// Takes over a decoded metric.
    ///
    /// # Errors
    ///
    /// When a field breaks a rule of `opentelemetry/proto/metrics/v1/metrics.proto`.
    pub(crate) fn from_proto(metric: proto::Metric, scope: &str) -> anyhow::Result<Vec<Self>> {
        let proto::Metric {
            name,
            unit,
            description,
            ..
        } = metric;
        let point = |attributes, data, exemplars: Vec<proto::Exemplar>| {
            anyhow::Ok(Self {
                name: name.clone(),
                unit: unit.clone(),
                description: description.clone(),
                scope: scope.to_owned(),
                attributes: crate::span::attributes(attributes)?,
                data,
                exemplars: exemplars
                    .iter()
                    .map(|exemplar| crate::span::hex(&exemplar.span_id))
                    .collect(),
            })
        };
        match metric.data.context("a metric without data")? {
            metric::Data::Sum(sum) => sum
                .data_points
                .into_iter()
                .map(|p| {
                    let data = Data::Sum(number(p.value)?, sum.is_monotonic);
                    point(p.attributes, data, p.exemplars)
                })
                .collect(),
            metric::Data::Gauge(gauge) => gauge
                .data_points
                .into_iter()
                .map(|p| point(p.attributes, Data::Gauge(number(p.value)?), p.exemplars))
                .collect(),
            metric::Data::Histogram(histogram) => histogram
                .data_points
                .into_iter()
                .map(|p| {
                    let data = Data::Histogram(p.count, p.sum(), p.bucket_counts);
                    point(p.attributes, data, p.exemplars)
                })
                .collect(),
            // No test looks at these yet.
            metric::Data::ExponentialHistogram(_) | metric::Data::Summary(_) => Ok(Vec::new()),
        }
    }
}

fn number(value: Option<number_data_point::Value>) -> anyhow::Result<Number> {
    Ok(match value.context("a data point without a value")? {
        number_data_point::Value::AsInt(value) => Number::Int(value),
        number_data_point::Value::AsDouble(value) => Number::Double(value),
    })
}
