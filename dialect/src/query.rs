use model::Sensitive;

use crate::codec::Codec;

/// What a query string says, for services that take prompts there (`?q=…`): every value, decoded, on a line of its own.
pub fn percent_decode(query: &str) -> Sensitive {
    let values = query.split('&').map(|field| field.split_once('=').map_or(field, |(_, value)| value));
    let said: Vec<String> = values
        .filter_map(|value| Codec::Percent.decode(value.as_bytes()))
        .map(|value| String::from_utf8_lossy(&value).into_owned())
        .collect();
    Sensitive::new(said.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::percent_decode;

    #[test]
    fn values_are_decoded() {
        assert_eq!(percent_decode("q=my+SSN%20is%C3%A9&hl=en&x").reveal(), "my SSN isé\nen\nx");
    }
}
