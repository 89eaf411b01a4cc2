"""Makes the sample files of this folder with the libraries people use.

    python3 -m venv /tmp/samples && /tmp/samples/bin/pip install python-docx openpyxl python-pptx reportlab odfpy pypdf msoffcrypto-tool pillow
    cd detect/tests/files && /tmp/samples/bin/python make.py

All content is made up here; the persons do not exist.
"""

import datetime
import io
import zipfile

import docx
import msoffcrypto.format.ooxml
import openpyxl
import pptx
import pypdf
from odf import table as odf_table, text as odf_text
from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
from openpyxl.comments import Comment
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas
from reportlab.platypus import SimpleDocTemplate, Table

ROWS = [
    ("Name", "E-mail", "Born", "IBAN"),
    ("Marta Lindqvist", "marta.lindqvist@example.com", datetime.date(1985, 4, 12), "DE89370400440532013000"),
    ("Piotr Zielonka", "piotr.zielonka@example.org", datetime.date(1979, 11, 3), "GB82WEST12345698765432"),
    ("Ines Carvalho", "ines.carvalho@example.net", datetime.date(1992, 1, 30), "FR1420041010050500013M02606"),
]


def shown(row):
    return [str(cell) for cell in row]


def slim(name, without):
    """Packs a file again without the large parts of a library's template that say nothing."""
    with open(name, "rb") as file:
        packed = zipfile.ZipFile(io.BytesIO(file.read()))
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as slimmed:
        for entry in packed.infolist():
            if not any(part in entry.filename for part in without):
                slimmed.writestr(entry.filename, packed.read(entry))


def word():
    document = docx.Document()
    document.core_properties.author = "Marta Lindqvist"
    document.core_properties.title = "Harbour project"
    document.sections[0].header.paragraphs[0].text = "COMPANY CONFIDENTIAL"
    document.add_heading("Harbour project", 1)
    document.add_paragraph("Write to piotr.zielonka@example.org before Friday.")
    table = document.add_table(rows=0, cols=4)
    for row in ROWS:
        for cell, value in zip(table.add_row().cells, shown(row)):
            cell.text = value
    document.save("project.docx")
    slim("project.docx", ["thumbnail", "stylesWithEffects", "theme"])


def book():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Customers"
    for row in ROWS:
        sheet.append(row)
    sheet["A2"].comment = Comment("called on 2024-05-02 from +44 20 7946 0958", "Ines")
    hidden = book.create_sheet("Cards")
    hidden.append(("Card", 4111111111111111))
    hidden.append(("Card as text", "5500 0000 0000 0004"))
    hidden.sheet_state = "veryHidden"
    book.save("customers.xlsx")
    with open("customers.xlsx", "rb") as plain, open("locked.xlsx", "wb") as locked:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("open sesame", locked)


def presentation():
    slides = pptx.Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[5])
    slide.shapes.title.text = "Quarter plan"
    frame = slide.shapes.add_table(2, 2, 0, 0, 4000000, 1000000).table
    for (row, column), value in {(0, 0): "Owner", (0, 1): "Mail", (1, 0): "Ines", (1, 1): "ines.carvalho@example.net"}.items():
        frame.cell(row, column).text = value
    slide.notes_slide.notes_text_frame.text = "Do not tell that piotr.zielonka@example.org leaves."
    # The layouts the library adds are large and say nothing.
    for layout in list(slides.slide_layouts):
        if layout != slide.slide_layout:
            slides.slide_layouts.remove(layout)
    slides.save("plan.pptx")
    slim("plan.pptx", ["thumbnail", "printerSettings"])


def pdf():
    SimpleDocTemplate("customers.pdf", pagesize=A4, title="Customers", author="Marta Lindqvist").build([Table([shown(row) for row in ROWS])])
    writer = pypdf.PdfWriter(clone_from="customers.pdf")
    writer.add_attachment("list.csv", b"name,mail\nInes,ines.carvalho@example.net\n")
    writer.write("attached.pdf")
    for name, user in (("locked.pdf", "open sesame"), ("restricted.pdf", "")):
        writer = pypdf.PdfWriter(clone_from="customers.pdf")
        writer.encrypt(user_password=user, owner_password="the owner", algorithm="AES-256")
        writer.write(name)


def open_documents():
    document = OpenDocumentText()
    document.text.addElement(odf_text.H(outlinelevel=1, text="Harbour project"))
    document.text.addElement(odf_text.P(text="Write to piotr.zielonka@example.org before Friday."))
    document.save("project.odt")
    book = OpenDocumentSpreadsheet()
    sheet = odf_table.Table(name="Customers")
    for row in ROWS:
        line = odf_table.TableRow()
        for value in shown(row):
            cell = odf_table.TableCell(valuetype="string")
            cell.addElement(odf_text.P(text=value))
            line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save("customers.ods")


def scan():
    image = Image.new("L", (1000, 160), 255)
    ImageDraw.Draw(image).text((30, 40), "Write to ines@example.net", fill=0, font=ImageFont.load_default(56))
    image.save("scan.png")
    image.save("scan.jpg", quality=60)
    page = canvas.Canvas("scan.pdf", pagesize=A4)
    page.drawImage("scan.jpg", 50, 600, 500, 80)
    page.save()


for make in (word, book, presentation, pdf, open_documents, scan):
    make()
