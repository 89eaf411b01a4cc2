use std::iter;

use utoipa::{
    OpenApi as _,
    openapi::{
        ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder, Schema,
        path::Operation,
        schema::{AdditionalProperties, Object},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::{api::overview::Bucket, web::problem::ProblemDetails};

/// What the description begins with; the router adds the endpoints.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Bylaw",
        description = "Turns an AI usage policy into something that runs. Errors are RFC 9457 problems. Browsers \
                       sign in and get a cookie; with it, everything but GET needs the header `x-bylaw-csrf` with \
                       the value `csrf` of GET /api/v1/session. Programs send `Authorization: Bearer` and a token. \
                       `x-permission` names what an endpoint needs."
    ),
    components(schemas(ProblemDetails, Bucket))
)]
struct Beginning;

pub(crate) fn beginning() -> OpenApi {
    Beginning::openapi()
}

/// Adds what all endpoints have in common: how to be recognised, and what errors look like.
pub(crate) fn finished(mut document: OpenApi) -> OpenApi {
    let schemes = [
        ("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("bylaw_session")))),
        ("token", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build())),
    ];
    let components = document.components.get_or_insert_default();
    components.schemas.values_mut().for_each(whole);
    components.security_schemes.extend(schemes.map(|(name, scheme)| (name.to_owned(), scheme.into())));
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete];
        operations.into_iter().flatten().for_each(finish);
    }
    document
}

fn finish(operation: &mut Operation) {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new()
        .description("Refused or failed")
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(response));
    if needs_permission(operation) {
        let one_of = ["session", "token"].map(|name| SecurityRequirement::new(name, iter::empty::<String>()));
        operation.security = Some(one_of.into());
    }
}

/// Answers have every field, `null` where there is nothing; what is sent may leave fields out, and is told by
/// refusing unknown ones.
fn whole(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else { return };
    if !is_input(object) {
        object.required = object.properties.keys().cloned().collect();
    }
}

fn is_input(object: &Object) -> bool {
    matches!(object.additional_properties.as_deref(), Some(AdditionalProperties::FreeForm(false)))
}

fn needs_permission(operation: &Operation) -> bool {
    operation.extensions.as_ref().is_some_and(|extensions| extensions.contains_key("x-permission"))
}
