package dev.mobilesync.endtoend;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.UploadBody;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Requests that nobody should send. Some carry a good token of one examinee's phone, so that they come as far as they
 * can; others carry tokens of any kind, or none.
 */
final class HttpFuzz {

    private static final String BOUNDARY = UploadBody.BOUNDARY;

    private final Fuzz fuzz;
    private final ExamineeKey own;
    private final String phone;
    private final byte[] picture;

    /**
     * @param own whose phone has the good token: uploads count for this one alone
     */
    HttpFuzz(Fuzz fuzz, ExamineeKey own, byte[] picture) {
        this.fuzz = fuzz;
        this.own = own;
        this.phone = TestTokens.device(own.planId(), own.examineeId(), "M1");
        this.picture = picture;
    }

    byte[] request() {
        return switch (fuzz.below(10)) {
            case 0, 1, 2 -> strangePath();
            case 3, 4 -> strangeHeaders();
            case 5, 6, 7 -> strangeForm();
            case 8 -> strangeRedemption();
            default ->
                fuzz.damaged(upload(
                        List.of("Content-Type: multipart/form-data; boundary=" + BOUNDARY), good(), Length.TRUE));
        };
    }

    // Paths

    private byte[] strangePath() {
        String plan = fuzz.oneIn(2) ? own.planId() : fuzz.text();
        String examinee = fuzz.oneIn(3) ? own.examineeId() : fuzz.text();
        String path = fuzz.any(
                "/api/v1/plans/" + plan + "/examinees/" + examinee + "/mobile-captures",
                "/api/v1/plans/" + plan + "/examinees/" + examinee + "/mobile-sync",
                "/api/v1/plans/" + plan + "/examinees/" + examinee + "/pairings",
                "/api/v1/plans/" + plan + "/mobile-sync?status=" + fuzz.text() + "&page=" + fuzz.text() + "&size="
                        + fuzz.text(),
                "/captures/" + examinee + "/sync_cap.jpg",
                "/captures/" + fuzz.text(),
                "/captures/../actuator/" + fuzz.text(),
                "/captures//" + examinee + "//sync_cap.jpg",
                "/api/v1/pairings/redeem" + fuzz.text(),
                "/actuator" + fuzz.any("", "/", "/env", "/heapdump", ";/env", "/%2e/env"),
                "/" + fuzz.text(),
                "http://elsewhere.example/" + fuzz.text(),
                fuzz.text());
        String method = fuzz.any("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "PATCH", "FOO");
        return bytes(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + fuzz.any("", authorization(), authorization()) + "\r\n");
    }

    // Headers

    private byte[] strangeHeaders() {
        List<String> headers = new ArrayList<>();
        headers.add("Content-Type: "
                + fuzz.any(
                        "multipart/form-data; boundary=" + BOUNDARY,
                        "multipart/form-data; boundary=" + BOUNDARY,
                        "multipart/form-data; boundary=\"" + BOUNDARY + "\"; charset=" + fuzz.any("utf-16", "nonsense"),
                        "multipart/form-data",
                        "multipart/form-data; boundary=",
                        "multipart/form-data; boundary=" + "b".repeat(fuzz.below(9_000)),
                        "multipart/mixed; boundary=" + BOUNDARY,
                        "application/json",
                        "/",
                        fuzz.lineNoise(20)));
        if (fuzz.oneIn(2)) {
            headers.add("Content-Digest: "
                    + fuzz.any(
                            UploadBody.contentDigest(picture),
                            UploadBody.contentDigest(new byte[0]),
                            "sha-256=:" + Base64.getEncoder().encodeToString(fuzz.bytes(fuzz.below(64))) + ":",
                            "sha-256=:====:",
                            "sha-512=:AAAA:, sha-256=::",
                            "sha-256=" + fuzz.lineNoise(10),
                            ",".repeat(2_000)));
        }
        if (fuzz.oneIn(2)) {
            headers.add("Idempotency-Key: " + fuzz.any("", " ", "k".repeat(fuzz.below(600)), fuzz.lineNoise(20)));
        }
        if (fuzz.oneIn(4)) {
            headers.add(fuzz.any(
                    "Expect: 100-continue",
                    "Expect: nonsense",
                    "Content-Encoding: gzip",
                    "Transfer-Encoding: chunked",
                    "Transfer-Encoding: gzip, chunked",
                    "Transfer-Encoding: identity",
                    "Transfer-Encoding : chunked",
                    "Upgrade: h2c",
                    "traceparent: " + fuzz.lineNoise(60),
                    "baggage: " + fuzz.lineNoise(60),
                    "X-Forwarded-For: " + fuzz.lineNoise(30),
                    "X-Forwarded-Host: elsewhere.example",
                    "Range: bytes=0-1,5-9999999999999999999",
                    "If-Modified-Since: never",
                    "Origin: " + fuzz.any("null", "https://elsewhere.example", fuzz.lineNoise(20)),
                    "Accept: " + fuzz.any("text/html", "nonsense", "*/*;q=9"),
                    "Accept-Language: " + fuzz.lineNoise(10),
                    "Cookie: " + fuzz.lineNoise(40),
                    "X-HTTP-Method-Override: DELETE",
                    "Host: elsewhere.example",
                    fuzz.lineNoise(20) + ": x",
                    "X: " + "x".repeat(fuzz.below(20_000)),
                    ": no name",
                    " folded"));
        }
        Length length = fuzz.any(Length.values());
        return upload(headers, good(), length);
    }

    private String authorization() {
        return "Authorization: "
                + fuzz.any(
                        "Bearer " + phone,
                        "Bearer " + phone,
                        "bearer " + phone,
                        "Bearer  " + phone,
                        "Bearer\t" + phone,
                        "Basic " + Base64.getEncoder().encodeToString(bytes("admin:admin")),
                        "Bearer",
                        "Bearer " + fuzz.lineNoise(50),
                        "Bearer a.b.c",
                        "Bearer " + phone.substring(0, phone.length() - 1 - fuzz.below(40)),
                        "Bearer "
                                + new String(fuzz.damaged(bytes(phone)), StandardCharsets.ISO_8859_1)
                                        .replaceAll("[\\r\\n]", "?"),
                        "Bearer " + "a".repeat(fuzz.below(20_000)),
                        "Bearer " + phone + "\r\nAuthorization: Bearer " + phone,
                        "Bearer " + TestTokens.examinee(own.planId(), "\u0000"),
                        "DPoP " + phone,
                        "Bearer eyJhbGciOiJub25lIn0.e30.",
                        "Bearer eyJhbGciOiJIUzI1NiIsImNyaXQiOlsieCJdLCJ4IjoxfQ.e30.AAAA",
                        "Bearer eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA")
                + "\r\n";
    }

    // Forms

    private byte[] strangeForm() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int parts = fuzz.any(0, 1, 2, 2, 2, 3, 7, 50, 300);
        for (int i = 0; i < parts; i++) {
            String name = fuzz.any(
                    i == 0 ? "metadata" : "image",
                    i == 0 ? "metadata" : "image",
                    "image",
                    "metadata[deviceId]",
                    "image.metadata.image",
                    "_charset_",
                    "",
                    fuzz.lineNoise(10));
            boolean json = name.equals("metadata");
            body.writeBytes(
                    bytes("--" + (fuzz.oneIn(12) ? BOUNDARY + "x" : BOUNDARY) + fuzz.any("\r\n", "\r\n", "\n")));
            body.writeBytes(bytes(partHeaders(name, json)));
            body.writeBytes(bytes(fuzz.oneIn(15) ? "\n" : "\r\n"));
            body.writeBytes(json ? metadata() : image());
            body.writeBytes(bytes("\r\n"));
        }
        body.writeBytes(
                bytes(fuzz.any("--" + BOUNDARY + "--\r\n", "--" + BOUNDARY + "--\r\n", "", "--" + BOUNDARY, "--")));
        return upload(
                List.of("Content-Type: multipart/form-data; boundary=" + BOUNDARY), body.toByteArray(), Length.TRUE);
    }

    private String partHeaders(String name, boolean json) {
        String type = fuzz.any(
                json ? "application/json" : "image/jpeg",
                json ? "application/json" : "image/jpeg",
                "application/json; charset=" + fuzz.any("utf-16", "nonsense", "utf-7"),
                "text/html",
                "multipart/mixed; boundary=inner",
                fuzz.lineNoise(15));
        return "Content-Disposition: "
                + fuzz.any("form-data", "form-data", "form-data", "attachment", fuzz.lineNoise(5)) + "; name=\"" + name
                + "\""
                + fuzz.any(
                        "",
                        "; filename=\"x.jpg\"",
                        "; filename=\"../../x.jsp\"",
                        "; filename=\"x\u0000.jpg\"",
                        "; filename*=utf-8''%2e%2e%2fx",
                        "; filename*=nonsense''%zz",
                        "; filename=\"" + fuzz.lineNoise(20) + "\"")
                + "\r\nContent-Type: " + type + "\r\n"
                + fuzz.any(
                        "",
                        "",
                        "Content-Transfer-Encoding: " + fuzz.any("base64", "quoted-printable", "nonsense") + "\r\n",
                        "X: " + "x".repeat(fuzz.below(9_000)) + "\r\n",
                        "X: y\r\n".repeat(fuzz.below(2_000)),
                        "no colon\r\n");
    }

    private byte[] metadata() {
        String good = "{\"type\":\"mobile_capture\",\"data\":{\"deviceId\":\"M1\","
                + "\"deviceInfo\":{\"model\":\"iPhone 12\",\"osVersion\":\"iOS 15.0\"}}}";
        String text = fuzz.text().replace("\\", "\\\\").replace("\"", "\\\"");
        return switch (fuzz.below(9)) {
            case 0 -> fuzz.damaged(bytes(good));
            case 1 -> bytes(good.replace("M1", text));
            case 2 -> bytes(good.replace("mobile_capture", text));
            case 3 -> bytes(good.replace("iPhone 12", text));
            case 4 -> bytes(good.replace("\"M1\"", fuzz.any("null", "1", "[]", "{}", "1e400", "true", "[\"M1\"]")));
            case 5 ->
                bytes(good.replace(
                        "\"deviceId\"",
                        fuzz.any(
                                "\"planId\":\"PZ\",\"examineeId\":\"EZ\",\"status\":\"COMPLETED\",\"deviceId\"",
                                "\"deviceId\":\"M2\",\"deviceId\"",
                                "\"@class\":\"java.lang.Runtime\",\"deviceId\"",
                                "\"__proto__\":{},\"deviceId\"")));
            case 6 ->
                bytes(fuzz.any(
                        "", "null", "[]", "\"\"", "[".repeat(20_000), "{\"a\":".repeat(20_000), "9".repeat(20_000)));
            case 7 -> good.getBytes(fuzz.any(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE));
            default -> bytes(good);
        };
    }

    private byte[] image() {
        return switch (fuzz.below(6)) {
            case 0 -> fuzz.damaged(picture);
            case 1 -> fuzz.bytes(fuzz.below(2_000));
            case 2 -> java.util.Arrays.copyOf(picture, fuzz.below(picture.length));
            case 3 -> bytes("\u00ff\u00d8\u00ff" + fuzz.noise(100));
            default -> picture;
        };
    }

    private byte[] good() {
        return UploadBody.of("M1", picture);
    }

    // Pairing

    private byte[] strangeRedemption() {
        String good =
                "{\"code\":\"ABCDEFGH\",\"deviceId\":\"M1\",\"deviceInfo\":{\"model\":\"m\",\"osVersion\":\"o\"}}";
        byte[] body =
                switch (fuzz.below(5)) {
                    case 0 -> fuzz.damaged(bytes(good));
                    case 1 ->
                        bytes(good.replace(
                                "ABCDEFGH", fuzz.text().replace("\\", "\\\\").replace("\"", "\\\"")));
                    case 2 -> bytes(good.replace("\"ABCDEFGH\"", fuzz.any("null", "1", "[]", "{\"$gt\":\"\"}")));
                    case 3 -> bytes(fuzz.any("", "null", "[]", "{".repeat(3_000), "x".repeat(100_000)));
                    default -> fuzz.bytes(fuzz.below(200));
                };
        return concat(
                bytes("POST /api/v1/pairings/redeem HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                        + fuzz.any("application/json", "text/plain", fuzz.lineNoise(10)) + "\r\nContent-Length: "
                        + body.length + "\r\n\r\n"),
                body);
    }

    // Putting together

    private enum Length {
        TRUE,
        SHORTER,
        LONGER,
        NEGATIVE,
        NONSENSE,
        TWICE,
        MISSING,
        CHUNKED,
        BROKEN_CHUNKS,
        BOTH
    }

    private byte[] upload(List<String> headers, byte[] body, Length length) {
        StringBuilder head = new StringBuilder("POST /api/v1/plans/" + own.planId() + "/examinees/" + own.examineeId()
                + "/mobile-captures HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        head.append(fuzz.oneIn(5) ? authorization() : "Authorization: Bearer " + phone + "\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        byte[] sent = body;
        switch (length) {
            case TRUE -> head.append("Content-Length: ").append(body.length).append("\r\n");
            case SHORTER ->
                head.append("Content-Length: ").append(fuzz.below(body.length)).append("\r\n");
            case LONGER ->
                head.append("Content-Length: ")
                        .append(fuzz.any(body.length + 1L, body.length * 2L, 99_999_999_999L))
                        .append("\r\n");
            case NEGATIVE -> head.append("Content-Length: -1\r\n");
            case NONSENSE ->
                head.append("Content-Length: ").append(fuzz.lineNoise(6)).append("\r\n");
            case TWICE -> head.append("Content-Length: 1\r\nContent-Length: 2\r\n");
            case MISSING -> {
                // the body is then another request
            }
            case CHUNKED -> {
                head.append("Transfer-Encoding: chunked\r\n");
                sent = concat(bytes(Integer.toHexString(body.length) + "\r\n"), body, bytes("\r\n0\r\n\r\n"));
            }
            case BROKEN_CHUNKS -> {
                head.append("Transfer-Encoding: chunked\r\n");
                sent = concat(
                        bytes(fuzz.any("zz", "-1", "ffffffffffffffff", "5;" + fuzz.lineNoise(9), "") + "\r\n"), body);
            }
            case BOTH -> {
                head.append("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n");
                sent = concat(bytes(Integer.toHexString(body.length) + "\r\n"), body, bytes("\r\n0\r\n\r\n"));
            }
        }
        return concat(bytes(head + "\r\n"), sent);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] bytes(String text) {
        return Fuzz.bytesOf(text);
    }
}
