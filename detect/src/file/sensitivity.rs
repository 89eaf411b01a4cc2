use super::document::Property;

/// A Microsoft sensitivity label of a document
/// (<https://learn.microsoft.com/information-protection/develop/concept-mip-metadata>).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SensitivityLabel {
    /// The file that carries it.
    pub(super) path: String,
    /// Its name, or its id where the file tells none.
    pub(super) name: String,
}

/// What a label's name says when it restricts nothing.
const FREE: [&str; 8] = [
    "public",
    "personal",
    "non-business",
    "non business",
    "unrestricted",
    "öffentlich",
    "publique",
    "público",
];

/// The labels that are on, one for each file and id, public and personal ones left out: they ask for nothing.
pub(super) fn labels(properties: &[Property]) -> Vec<SensitivityLabel> {
    let mut found: Vec<(&str, &str, Option<&str>, bool)> = Vec::new();
    for property in properties {
        let Some(rest) = property.name.strip_prefix("MSIP_Label_") else { continue };
        let Some((id, field)) = rest.split_once('_') else { continue };
        let at = found.iter().position(|(path, known, ..)| *path == property.path && *known == id);
        let at = at.unwrap_or_else(|| {
            found.push((&property.path, id, None, true));
            found.len() - 1
        });
        if let Some((_, _, name, on)) = found.get_mut(at) {
            match field {
                "Name" => *name = Some(property.value.as_str()),
                "Enabled" => *on = !matches!(property.value.as_str(), "false" | "False" | "0"),
                _ => {}
            }
        }
    }
    let restricting = found.into_iter().filter(|(.., name, on)| *on && !name.is_some_and(is_free));
    restricting
        .map(|(path, id, name, _)| SensitivityLabel {
            path: path.to_owned(),
            name: name.unwrap_or(id).to_owned(),
        })
        .collect()
}

fn is_free(name: &str) -> bool {
    FREE.contains(&name.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::{super::document::Property, labels};

    fn check(properties: &[(&str, &str)], expected: &[&str]) {
        let property = |(name, value): &(&str, &str)| Property {
            path: "a.docx".into(),
            name: (*name).into(),
            value: (*value).into(),
        };
        let properties: Vec<Property> = properties.iter().map(property).collect();
        let found: Vec<String> = labels(&properties).into_iter().map(|label| label.name).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn labels_that_are_on() {
        check(
            &[("MSIP_Label_1a_Enabled", "true"), ("MSIP_Label_1a_Name", "Highly Confidential")],
            &["Highly Confidential"],
        );
        check(&[("MSIP_Label_1a_Name", "Secret"), ("MSIP_Label_1a_Enabled", "false")], &[]);
        check(&[("MSIP_Label_1a_Name", "Public")], &[]);
        check(&[("MSIP_Label_1a_Enabled", "true"), ("MSIP_Label_2b_Name", "Board")], &["1a", "Board"]);
        check(&[("creator", "Ann")], &[]);
    }
}
