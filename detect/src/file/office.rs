use super::{
    archive::{self, Entry, Zip},
    budget::{Meter, Text},
    document::Trouble,
    kind::Kind,
    markup::Node,
    reader::{Reader, inside},
};

/// Parts of a package that hold no content of the author's: fonts, printers, thumbnails.
const NOT_CONTENT: [&str; 8] =
    [".xml", ".rels", ".odttf", ".fntdata", ".bin", ".vml", "thumbnail.jpeg", "thumbnail.png"];

/// Reads an Office Open XML package (ECMA-376): properties, its own kind of content, then whatever else is packed in.
pub(super) fn read(
    reader: &mut Reader,
    zip: &mut Zip<'_>,
    path: &str,
    kind: Kind,
    content: impl FnOnce(&mut Reader, &mut Zip<'_>, &str),
) {
    reader.refine(path, kind);
    properties(reader, zip, "docProps/core.xml", path, |_| true);
    properties(reader, zip, "docProps/app.xml", path, |name| OF_PROGRAM.contains(&name));
    custom_properties(reader, zip, path);
    sensitivity(reader, zip, path);
    content(reader, zip, path);
    links(reader, zip, path);
    for entry in zip.numbered("customXml/item", ".xml") {
        text_of(reader, zip, &entry, &inside(path, &entry.name));
    }
    for entry in zip.entries().to_vec() {
        let name = entry.name.to_ascii_lowercase();
        let is_content =
            !NOT_CONTENT.iter().any(|end| name.ends_with(end)) || name.ends_with("vbaproject.bin");
        if is_content && !archive::file(reader, zip, &entry, path) {
            break;
        }
    }
}

/// What `docProps/app.xml` tells besides statistics.
const OF_PROGRAM: [&str; 5] = ["Application", "Company", "Manager", "Template", "HyperlinkBase"];

/// The simple elements of a file of properties whose names are wanted.
pub(super) fn properties(
    reader: &mut Reader,
    zip: &mut Zip<'_>,
    file: &str,
    path: &str,
    wanted: impl Fn(&str) -> bool,
) {
    let Some(entry) = zip.find(file).cloned() else { return };
    let mut found: Vec<(String, String)> = Vec::new();
    let mut value = String::new();
    let mut defined = None;
    let outcome = zip.walk(&entry, &mut reader.meter, |node| match node {
        Node::Open(tag) => {
            // OpenDocument keeps what users define in elements of one name.
            defined = (tag.name == "user-defined").then(|| tag.attribute("name")).flatten();
            value.clear();
        }
        Node::Text(text) if value.len() < LONGEST_VALUE => value.push_str(text),
        Node::Close(name) if found.len() < MOST_PROPERTIES => {
            let value = std::mem::take(&mut value);
            let name = defined.take().unwrap_or_else(|| name.to_owned());
            found.extend((!value.trim().is_empty() && wanted(&name)).then_some((name, value)));
        }
        _ => {}
    });
    note(reader, &entry, path, outcome);
    for (name, value) in found {
        reader.property(path, &name, &value);
    }
}

const LONGEST_VALUE: usize = 4096;
const MOST_PROPERTIES: usize = 512;

/// `docProps/custom.xml`: what organisations add, and where Microsoft's labels stand.
fn custom_properties(reader: &mut Reader, zip: &mut Zip<'_>, path: &str) {
    let Some(entry) = zip.find("docProps/custom.xml").cloned() else { return };
    let mut found = Vec::new();
    let (mut name, mut value) = (String::new(), String::new());
    let outcome = zip.walk(&entry, &mut reader.meter, |node| match node {
        Node::Open(tag) if tag.name == "property" => {
            name = tag.attribute("name").unwrap_or_default();
            value.clear();
        }
        Node::Text(text) if value.len() < LONGEST_VALUE => value.push_str(text),
        Node::Close("property") if found.len() < MOST_PROPERTIES => {
            found.push((std::mem::take(&mut name), std::mem::take(&mut value)));
        }
        _ => {}
    });
    note(reader, &entry, path, outcome);
    for (name, value) in found {
        reader.property(path, &name, &value);
    }
}

/// `docMetadata/LabelInfo.xml`: labels by id ([MS-OFFCRYPTO] 2.6), told in the names that `custom.xml` uses.
fn sensitivity(reader: &mut Reader, zip: &mut Zip<'_>, path: &str) {
    let Some(entry) = zip.find("docMetadata/LabelInfo.xml").cloned() else { return };
    let mut found: Vec<(String, String)> = Vec::new();
    let outcome = zip.walk(&entry, &mut reader.meter, |node| {
        if let Node::Open(tag) = node
            && tag.name == "label"
            && found.len() < MOST_PROPERTIES
            && tag.attribute("removed").is_none_or(|removed| !is_true(&removed))
        {
            let id = tag.attribute("id").unwrap_or_default().trim_matches(['{', '}']).to_owned();
            for (from, to) in [
                ("enabled", "Enabled"),
                ("method", "Method"),
                ("siteId", "SiteId"),
                ("contentBits", "ContentBits"),
            ] {
                if let Some(value) = tag.attribute(from) {
                    let value = if is_true(&value) && from == "enabled" { "true".to_owned() } else { value };
                    found.push((format!("MSIP_Label_{id}_{to}"), value));
                }
            }
        }
    });
    note(reader, &entry, path, outcome);
    for (name, value) in found {
        reader.property(path, &name, &value);
    }
}

fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true" | "True")
}

/// Addresses outside the package that it refers to.
fn links(reader: &mut Reader, zip: &mut Zip<'_>, path: &str) {
    let mut text = Text::new(&reader.meter);
    let relations: Vec<Entry> =
        zip.entries().iter().filter(|entry| entry.name.ends_with(".rels")).cloned().collect();
    for entry in relations {
        let outcome = zip.walk(&entry, &mut reader.meter, |node| {
            if let Node::Open(tag) = node
                && tag.attribute("TargetMode").is_some_and(|mode| mode == "External")
                && let Some(target) = tag.attribute("Target")
            {
                text.push(&target);
                text.end_line();
            }
        });
        note(reader, &entry, path, outcome);
    }
    reader.finish(&inside(path, "links"), text);
}

/// All text of a file of XML, whatever its elements.
pub(super) fn text_of(reader: &mut Reader, zip: &mut Zip<'_>, entry: &Entry, path: &str) {
    let mut text = Text::new(&reader.meter);
    let outcome = zip.walk(entry, &mut reader.meter, |node| match node {
        Node::Text(piece) if !piece.trim().is_empty() => {
            text.push(piece);
            text.end_line();
        }
        _ => {}
    });
    if let Err(trouble) = outcome {
        reader.problem(path, trouble);
    }
    reader.finish(path, text);
}

/// Which file of the package each relation of `of` leads to, by id.
pub(super) fn relations(zip: &mut Zip<'_>, meter: &mut Meter, of: &str) -> Vec<(String, String)> {
    let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
    let Some(entry) = zip.find(&format!("{folder}/_rels/{name}.rels")).cloned() else { return Vec::new() };
    let mut found = Vec::new();
    // A package whose relations are damaged is read in the order of its names.
    let _ = zip.walk(&entry, meter, |node| {
        if let Node::Open(tag) = node
            && let (Some(id), Some(target)) = (tag.attribute("Id"), tag.attribute("Target"))
            && found.len() < MOST_PROPERTIES * 8
        {
            found.push((id, resolved(folder, &target)));
        }
    });
    found
}

/// A target as seen from a folder.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// Tells of a file of the package that could not be read.
pub(super) fn note(reader: &mut Reader, entry: &Entry, path: &str, outcome: Result<(), Trouble>) {
    if let Err(trouble) = outcome {
        reader.problem(&inside(path, &entry.name), trouble);
    }
}
