use model::PersonId;

use crate::auth::Secret;

/// Half of a pseudonym's first word; none of them says anything about a person.
const SHADES: [&str; 64] = [
    "Amber", "Apricot", "Ash", "Azure", "Basalt", "Birch", "Brass", "Bronze", "Cedar", "Chalk", "Cherry",
    "Citrine", "Clay", "Clover", "Cobalt", "Copper", "Coral", "Cork", "Cotton", "Crimson", "Dusk", "Ebony",
    "Elm", "Fern", "Flax", "Flint", "Garnet", "Ginger", "Granite", "Hazel", "Heather", "Indigo", "Iris",
    "Ivory", "Jade", "Jasper", "Juniper", "Larch", "Laurel", "Lilac", "Linen", "Maple", "Marble", "Moss",
    "Nickel", "Oak", "Ochre", "Olive", "Onyx", "Opal", "Pearl", "Pine", "Quartz", "Russet", "Saffron",
    "Sage", "Sepia", "Silver", "Slate", "Teal", "Thyme", "Topaz", "Umber", "Willow",
];

/// Birds.
const BIRDS: [&str; 64] = [
    "Auk",
    "Avocet",
    "Bittern",
    "Bunting",
    "Bustard",
    "Chough",
    "Condor",
    "Coot",
    "Cormorant",
    "Crake",
    "Crane",
    "Curlew",
    "Dipper",
    "Dove",
    "Dunlin",
    "Dunnock",
    "Egret",
    "Eider",
    "Falcon",
    "Finch",
    "Fulmar",
    "Gannet",
    "Godwit",
    "Goshawk",
    "Grebe",
    "Guillemot",
    "Harrier",
    "Heron",
    "Hobby",
    "Hoopoe",
    "Ibis",
    "Jackdaw",
    "Jay",
    "Kestrel",
    "Kingfisher",
    "Kite",
    "Knot",
    "Lapwing",
    "Linnet",
    "Magpie",
    "Martin",
    "Merlin",
    "Osprey",
    "Ouzel",
    "Petrel",
    "Pipit",
    "Plover",
    "Puffin",
    "Rail",
    "Raven",
    "Redstart",
    "Robin",
    "Ruff",
    "Shrike",
    "Siskin",
    "Snipe",
    "Sparrow",
    "Starling",
    "Stork",
    "Swift",
    "Tern",
    "Turnstone",
    "Wagtail",
    "Wren",
];

/// Gives people names that say nothing about them, the same one every time.
///
/// A pseudonym is a keyed hash of the person's id in readable form, as in `Amber Heron 4127`: whoever lacks the key
/// cannot compute it from a name. There are 41 million; among 1,000 people two share one with a chance of 1.2 %.
pub(crate) struct Pseudonyms([u8; 32]);

impl Pseudonyms {
    pub(crate) fn new(secret: &Secret) -> Self {
        Self(secret.derive("pseudonym"))
    }

    /// The person's pseudonym.
    pub(crate) fn of(&self, person: &PersonId) -> String {
        let hash = blake3::keyed_hash(&self.0, person.as_str().as_bytes());
        let [shade, bird, digits @ ..] = hash.as_bytes();
        let number =
            digits.iter().take(7).fold(0_u64, |number, &byte| number << 8 | u64::from(byte)) % 10_000;
        format!("{} {} {number:04}", pick(&SHADES, *shade), pick(&BIRDS, *bird))
    }
}

fn pick<'a>(words: &[&'a str; 64], byte: u8) -> &'a str {
    words.get(usize::from(byte % 64)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_pseudonym_is_stable_keyed_and_says_nothing() {
        let person = PersonId::new("anna.kovacs");
        let (one, other) = (Pseudonyms::new(&Secret::new([1; 32])), Pseudonyms::new(&Secret::new([2; 32])));
        assert_eq!(one.of(&person), one.of(&person));
        assert_ne!(one.of(&person), other.of(&person));
        assert!(!one.of(&person).to_lowercase().contains("anna"));
    }

    #[test]
    fn ten_thousand_people_hardly_ever_share_one() {
        assert_eq!(SHADES.iter().chain(&BIRDS).collect::<HashSet<_>>().len(), 128);
        let pseudonyms = Pseudonyms::new(&Secret::new([1; 32]));
        let distinct: HashSet<_> =
            (0..10_000).map(|n| pseudonyms.of(&PersonId::new(n.to_string()))).collect();
        assert!(distinct.len() >= 9_993, "{}", distinct.len());
    }
}
