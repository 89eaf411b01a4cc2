/// Calling codes (ITU-T E.164, list of 2016 with later changes), with the lengths of national numbers where they are known
/// to be narrow; other numbers have 4 to 12 digits behind the code.
const CODES: &str = "1:10-10 7:10-10 20:8-10 27:9-9 30:10-10 31:9-9 32:8-9 33:9-9 34:9-9 36:8-9 39:6-11 40:9-9 41:9-9 43:4-13 \
    44:9-10 45:8-8 46:7-9 47:8-8 48:9-9 49:6-11 51:8-9 52:10-10 53:8-8 54:10-11 55:10-11 56:9-9 57:10-10 58:10-10 60:8-10 \
    61:9-9 62:8-12 63:8-10 64:8-10 65:8-8 66:8-9 81:9-10 82:8-10 84:9-10 86:10-11 90:10-10 91:10-10 92:9-10 93:9-9 94:9-9 95:7-10 \
    98:10-10 211 212:9-9 213:8-9 216:8-8 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 \
    241 242 243 244 245 246 247:4-6 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290:4-5 291 297 \
    298 299 350:8-8 351:9-9 352 353:7-9 354:7-9 355 356:8-8 357:8-8 358:5-12 359:8-9 370:8-8 371:8-8 372:7-8 373:8-8 374 375:9-9 \
    376:6-9 377:8-9 378 380:9-9 381 382 383 385:8-9 386:8-8 387 389 420:9-9 421:9-9 423 500:5-5 501 502 503 504 505 506 507 508 509 590 \
    591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 800 808 \
    850 852:8-8 853:8-8 855 856 870 880:8-10 881 882 883 886:8-9 888 960:7-7 961:7-8 962 963 964 965:8-8 966:8-9 967 968:8-8 970 971:8-9 \
    972:8-9 973:8-8 974:8-8 975 976 977 979 992 993 994:9-9 995:9-9 996:9-9 998:9-9";
const USUAL: (usize, usize) = (4, 12);

/// Whether a number has a calling code and a length that is usual with it.
pub(super) fn has_code(number: &[u8]) -> bool {
    CODES.split_ascii_whitespace().any(|entry| {
        let (code, lengths) = entry.split_once(':').unwrap_or((entry, ""));
        let (least, most) = lengths.split_once('-').map_or(USUAL, |(least, most)| {
            (least.parse().unwrap_or(USUAL.0), most.parse().unwrap_or(USUAL.1))
        });
        let named =
            code.len() <= number.len() && code.bytes().zip(number).all(|(byte, digit)| byte - b'0' == *digit);
        named && (least..=most).contains(&(number.len() - code.len()))
    })
}
