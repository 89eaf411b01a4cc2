use std::{str::FromStr, sync::LazyLock};

use cedar_policy::{EntityId, EntityTypeName, EntityUid, pst};

/// The entity types of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Person,
    Tool,
    Action,
    Label,
    ToolState,
    ToolCategory,
    AccountKind,
    PersonKind,
    Department,
    Group,
    Training,
    Purpose,
    Risk,
    Visibility,
    Clause,
}

impl Type {
    const ALL: [Self; 15] = [
        Self::Person,
        Self::Tool,
        Self::Action,
        Self::Label,
        Self::ToolState,
        Self::ToolCategory,
        Self::AccountKind,
        Self::PersonKind,
        Self::Department,
        Self::Group,
        Self::Training,
        Self::Purpose,
        Self::Risk,
        Self::Visibility,
        Self::Clause,
    ];

    /// Its name in the schema.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Tool => "Tool",
            Self::Action => "Action",
            Self::Label => "Label",
            Self::ToolState => "ToolState",
            Self::ToolCategory => "ToolCategory",
            Self::AccountKind => "AccountKind",
            Self::PersonKind => "PersonKind",
            Self::Department => "Department",
            Self::Group => "Group",
            Self::Training => "Training",
            Self::Purpose => "Purpose",
            Self::Risk => "Risk",
            Self::Visibility => "Visibility",
            Self::Clause => "Clause",
        }
    }

    /// The entity of this type called `id`, for requests.
    pub(crate) fn entity(self, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(self.name().0.clone(), EntityId::new(id))
    }

    /// The entity of this type called `id`, for policies.
    pub(crate) fn constant(self, id: &str) -> pst::EntityUID {
        pst::EntityUID { ty: self.name().1.clone(), eid: id.into() }
    }

    fn name(self) -> &'static (EntityTypeName, pst::EntityType) {
        static NAMES: LazyLock<[(EntityTypeName, pst::EntityType); 15]> =
            LazyLock::new(|| Type::ALL.map(names_of));
        #[expect(clippy::indexing_slicing, reason = "one entry for each variant, in their order")]
        &NAMES[self as usize]
    }
}

#[expect(clippy::expect_used, reason = "every name is a Cedar identifier, as a test shows")]
fn names_of(of: Type) -> (EntityTypeName, pst::EntityType) {
    let evaluated = EntityTypeName::from_str(of.as_str()).expect("an identifier");
    let written = pst::Name::unqualified(of.as_str()).expect("an identifier");
    (evaluated, pst::EntityType::from_name(written))
}

#[cfg(test)]
mod tests {
    use super::Type;

    #[test]
    fn names_and_their_order() {
        for of in Type::ALL {
            assert_eq!(of.entity("x").to_string(), format!("{}::\"x\"", of.as_str()));
            assert_eq!(of.constant("x").to_string(), format!("{}::\"x\"", of.as_str()));
        }
    }
}
