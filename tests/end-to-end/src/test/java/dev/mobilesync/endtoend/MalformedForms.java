package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MalformedText.bytes;
import static dev.mobilesync.endtoend.MalformedText.damaged;
import static dev.mobilesync.endtoend.MalformedText.join;
import static dev.mobilesync.endtoend.MalformedText.line;
import static dev.mobilesync.endtoend.MalformedText.many;
import static dev.mobilesync.endtoend.MalformedText.mostly;
import static dev.mobilesync.endtoend.MalformedText.quoted;
import static dev.mobilesync.endtoend.MalformedText.repeated;
import static dev.mobilesync.endtoend.MalformedText.text;
import static dev.mobilesync.endtoend.MalformedText.wire;

import dev.mobilesync.testsupport.MultipartBody;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;

/** Malformed bodies of uploads: parts in any number and order, with malformed headers and content. */
final class MalformedForms {

    private static final String BOUNDARY = MultipartBody.BOUNDARY;
    private static final String METADATA = "{\"type\":\"mobile_capture\",\"data\":{\"deviceId\":\"M1\","
            + "\"deviceInfo\":{\"model\":\"iPhone 12\",\"osVersion\":\"iOS 15.0\"}}}";

    private MalformedForms() {}

    /**
     * @param picture a valid picture, in the encoding of {@link MalformedText#wire}
     */
    static Arbitrary<String> any(String picture) {
        Arbitrary<String> metadata = part(mostly("metadata", malformedName()), "application/json", metadata());
        Arbitrary<String> image = part(mostly("image", malformedName()), "image/jpeg", images(picture));
        Arbitrary<String> parts = MalformedText.any(
                join(metadata, image),
                join(metadata, image),
                join(image, metadata),
                many(MalformedText.any(metadata, image), 0, 7),
                many(image, 0, 20).map(few -> few.repeat(15)));
        return join(parts, mostly("--" + BOUNDARY + "--\r\n", "", "--" + BOUNDARY, "--"));
    }

    private static Arbitrary<String> malformedName() {
        return MalformedText.any("image", "metadata[deviceId]", "image.metadata.image", "_charset_", "", line(10));
    }

    private static Arbitrary<String> part(Arbitrary<String> name, String type, Arbitrary<String> content) {
        return join(
                mostly("--" + BOUNDARY + "\r\n", "--" + BOUNDARY + "\n", "--" + BOUNDARY + "x\r\n"),
                "Content-Disposition: ",
                mostly("form-data", "attachment", line(5)),
                "; name=\"",
                name,
                "\"",
                mostly(
                        "",
                        "; filename=\"x.jpg\"",
                        "; filename=\"../../x.jsp\"",
                        "; filename=\"x\u0000.jpg\"",
                        "; filename*=utf-8''%2e%2e%2fx",
                        "; filename*=nonsense''%zz",
                        join("; filename=\"", line(20), "\"")),
                "\r\nContent-Type: ",
                mostly(
                        type,
                        join("application/json; charset=", MalformedText.any("utf-16", "nonsense", "utf-7")),
                        "text/html",
                        "multipart/mixed; boundary=inner",
                        line(15)),
                "\r\n",
                mostly(
                        "",
                        join(
                                "Content-Transfer-Encoding: ",
                                MalformedText.any("base64", "quoted-printable", "nonsense"),
                                "\r\n"),
                        join("X: ", repeated("x", 9_000), "\r\n"),
                        repeated("X: y\r\n", 2_000),
                        "no colon\r\n"),
                mostly("\r\n", "\n"),
                content,
                "\r\n");
    }

    private static Arbitrary<String> metadata() {
        return MalformedText.any(
                METADATA,
                damaged(METADATA),
                quoted().map(text -> METADATA.replace("M1", text)),
                quoted().map(text -> METADATA.replace("mobile_capture", text)),
                quoted().map(text -> METADATA.replace("iPhone 12", text)),
                MalformedText.any("null", "1", "[]", "{}", "1e400", "true", "[\"M1\"]")
                        .map(value -> METADATA.replace("\"M1\"", value)),
                MalformedText.any(
                                "\"planId\":\"PZ\",\"examineeId\":\"EZ\",\"status\":\"COMPLETED\"",
                                "\"deviceId\":\"M2\"",
                                "\"@class\":\"java.lang.Runtime\"",
                                "\"__proto__\":{}")
                        .map(more -> METADATA.replace("\"deviceId\"", more + ",\"deviceId\"")),
                MalformedText.any(
                        "",
                        "null",
                        "[]",
                        "\"\"",
                        repeated("[", 20_000),
                        repeated("{\"a\":", 20_000),
                        "9".repeat(20_000)),
                wire(METADATA.getBytes(StandardCharsets.UTF_16)),
                wire(METADATA.getBytes(StandardCharsets.UTF_16LE)));
    }

    private static Arbitrary<String> images(String picture) {
        return mostly(picture, damaged(picture), bytes(2_000), join("\u00ff\u00d8\u00ff", bytes(100)));
    }
}
