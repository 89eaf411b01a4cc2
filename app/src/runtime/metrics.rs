use std::{collections::BTreeMap, fmt, sync::Arc};

use gate::Sample;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter},
};

/// Shows the gate's counters among the server's metrics.
pub(super) struct GateMetrics(pub(super) Arc<gate::Metrics>);

impl fmt::Debug for GateMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<gate metrics>")
    }
}

impl Collector for GateMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut families: BTreeMap<&str, Vec<Sample>> = BTreeMap::new();
        for sample in self.0.samples() {
            families.entry(sample.name).or_default().push(sample);
        }
        for (name, samples) in families {
            let help = samples.first().map_or("", |sample| sample.help).trim_end_matches('.');
            // The encoder appends `_total` to the name of a counter itself.
            let name = name.trim_end_matches("_total");
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for sample in samples {
                let counter = ConstCounter::new(sample.value);
                match sample.label {
                    Some(label) => counter.encode(family.encode_family(&[label])?)?,
                    None => counter.encode(family.encode_family::<[(&str, &str); 0]>(&[])?)?,
                }
            }
        }
        Ok(())
    }
}
