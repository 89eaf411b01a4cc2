use lopdf::{Dictionary, Document, LoadOptions, Object, Stream};

use super::{
    archive::Unpacked,
    budget::Text,
    document::Trouble,
    image,
    pdf_page::Pages,
    pdf_weight,
    reader::{Reader, inside},
};

/// Images of pages without text that are looked at.
const MOST_IMAGES: usize = 50;
const MOST_ATTACHMENTS: usize = 200;
const LONGEST_VALUE: usize = 4096;

/// Reads a PDF (ISO 32000): the text of its pages, form fields and notes, properties, attachments.
///
/// `lopdf` reads its objects; where the text of a page stands is worked out here, so that columns stay columns. A
/// document anyone may open, encrypted with the empty password, is read.
pub(super) fn read(reader: &mut Reader, bytes: &[u8], path: &str) -> Result<(), Trouble> {
    let most = pdf_weight::limit(bytes, &mut reader.meter)?.min(reader.meter.unpackable());
    let options = LoadOptions::with_max_decompressed_size(most);
    let document = Document::load_mem_with_options(bytes, options).map_err(|cause| match cause {
        lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword | lopdf::Error::Unimplemented(_) => {
            Trouble::Encrypted
        }
        _ => Trouble::Unreadable,
    })?;
    if document.is_encrypted() {
        return Err(Trouble::Encrypted);
    }
    properties(reader, &document, path);
    let blank = pages(reader, &document, path);
    fields_and_notes(reader, &document, path);
    attachments(reader, &document, path);
    if blank {
        scans(reader, &document, path);
    }
    Ok(())
}

/// Reads the pages as one part; tells whether there are pages, but no text.
fn pages(reader: &mut Reader, document: &Document, path: &str) -> bool {
    let mut text = Text::new(&reader.meter);
    let mut pages = Pages::new(document);
    let mut any = false;
    for page in document.page_iter() {
        any = true;
        if let Err(trouble) = pages.read(page, &mut reader.meter, &mut text) {
            reader.problem(path, trouble);
            if reader.meter.in_time().is_err() || text.is_cut() {
                break;
            }
        }
        text.end_line();
    }
    if !any {
        reader.problem(path, Trouble::Unreadable);
    }
    let blank = text.len() == 0;
    reader.finish(path, text);
    any && blank
}

/// The information dictionary; Microsoft's labels stand there, and in the XMP metadata.
fn properties(reader: &mut Reader, document: &Document, path: &str) {
    let information = document.trailer.get(b"Info").ok().and_then(|info| document.dereference(info).ok());
    if let Some(Ok(information)) = information.map(|(_, object)| object.as_dict()) {
        for (name, value) in information.iter() {
            if let Ok((_, Object::String(bytes, _))) = document.dereference(value) {
                reader.property(path, &String::from_utf8_lossy(name), &string(bytes));
            }
        }
    }
    let metadata = document.catalog().ok().and_then(|catalog| catalog.get_deref(b"Metadata", document).ok());
    if let Some(Ok(stream)) = metadata.map(Object::as_stream) {
        let Unpacked { bytes, .. } = unpacked(reader, stream);
        let mut found = Vec::new();
        let (mut label, mut value) = (None, String::new());
        // Metadata that is not XML tells nothing the dictionary does not.
        let _ = super::markup::walk(&*bytes, &mut reader.meter, |node| match node {
            super::markup::Node::Open(tag) => {
                let named = |name: &str| name.starts_with("MSIP_Label_");
                found.extend(tag.attributes().filter(|(name, _)| named(name)));
                label = named(tag.name).then(|| tag.name.to_owned());
                value.clear();
            }
            super::markup::Node::Text(text) if label.is_some() => value.push_str(text),
            super::markup::Node::Close(_) => {
                found.extend(label.take().map(|label| (label, std::mem::take(&mut value))))
            }
            _ => {}
        });
        for (name, value) in found {
            reader.property(path, &name, &value);
        }
    }
}

/// Values of form fields, texts of notes, and addresses that links lead to.
fn fields_and_notes(reader: &mut Reader, document: &Document, path: &str) {
    let mut text = Text::new(&reader.meter);
    for object in document.objects.values() {
        let Ok(dictionary) = object.as_dict() else { continue };
        let is_field = dictionary.has(b"FT")
            || dictionary.has_type(b"Annot")
            || dictionary.has(b"URI")
            || dictionary.has(b"Subtype");
        if !is_field {
            continue;
        }
        let action = dictionary.get_deref(b"A", document).and_then(Object::as_dict).ok();
        let uri = action.and_then(|action| action.get(b"URI").ok()).or_else(|| dictionary.get(b"URI").ok());
        let own = [b"T".as_slice(), b"V", b"Contents"].into_iter().filter_map(|key| dictionary.get(key).ok());
        for value in own.chain(uri) {
            if let Ok((_, Object::String(bytes, _))) = document.dereference(value) {
                text.push(&string(bytes));
                text.push("\t");
            }
        }
        text.end_line();
    }
    reader.finish(&inside(path, "fields and links"), text);
}

fn attachments(reader: &mut Reader, document: &Document, path: &str) {
    let specifications = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|dictionary| dictionary.has(b"EF"));
    for specification in specifications.take(MOST_ATTACHMENTS) {
        let name = [b"UF".as_slice(), b"F"]
            .into_iter()
            .find_map(|key| specification.get(key).and_then(Object::as_str).ok());
        let name = inside(path, &name.map(string).unwrap_or_default());
        if let Some(stream) = embedded(specification, document) {
            let Unpacked { bytes, trouble } = unpacked(reader, stream);
            reader.inner(&bytes, &name);
            if let Some(trouble) = trouble {
                reader.problem(&name, trouble);
            }
        }
    }
}

fn embedded<'a>(specification: &'a Dictionary, document: &'a Document) -> Option<&'a Stream> {
    let files = specification.get_deref(b"EF", document).and_then(Object::as_dict).ok()?;
    files.get_deref(b"F", document).and_then(Object::as_stream).ok()
}

/// Images of a document without text: someone scanned paper.
fn scans(reader: &mut Reader, document: &Document, path: &str) {
    let images = document.objects.values().filter_map(|object| object.as_stream().ok());
    let photographs = images.filter(|stream| {
        let is_jpeg =
            stream.filters().is_ok_and(|filters| filters.last().is_some_and(|last| *last == b"DCTDecode"));
        is_jpeg
            && stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|subtype| subtype == b"Image")
    });
    let mut any = false;
    for (at, stream) in photographs.take(MOST_IMAGES).enumerate() {
        any = true;
        let photograph = photograph(reader, stream);
        if let Err(trouble) = image::read(reader, &photograph, &inside(path, &format!("image {}", at + 1))) {
            reader.problem(path, trouble);
            break;
        }
    }
    if !any {
        reader.problem(path, Trouble::NoRecognition);
    }
}

/// The JPEG file of an image, whatever it is wrapped in.
fn photograph(reader: &mut Reader, stream: &Stream) -> Vec<u8> {
    let filters = stream.filters().unwrap_or_default();
    let before_last = filters.iter().take(filters.len().saturating_sub(1));
    let outer: Vec<Object> = before_last.map(|name| Object::Name(name.to_vec())).collect();
    if outer.is_empty() {
        return stream.content.clone();
    }
    let mut wrapped = Stream::new(Dictionary::new(), stream.content.clone());
    wrapped.dict.set("Filter", outer);
    unpacked(reader, &wrapped).bytes
}

fn unpacked(reader: &mut Reader, stream: &Stream) -> Unpacked {
    let outcome = stream.get_plain_content_with_limit(reader.meter.unpackable());
    let bytes = outcome.unwrap_or_default();
    match reader.meter.unpack(bytes.len()) {
        Ok(()) => Unpacked { bytes, trouble: None },
        Err(limit) => Unpacked { bytes: Vec::new(), trouble: Some(Trouble::OverBudget(limit)) },
    }
}

/// A text string: UTF-16 or UTF-8 with a mark, or PDFDocEncoding, of which Latin letters are the same as in Windows.
fn string(bytes: &[u8]) -> String {
    let bytes = bytes.get(..LONGEST_VALUE).unwrap_or(bytes);
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
        None => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}
