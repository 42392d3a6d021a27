package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MalformedText.bytes;
import static dev.mobilesync.endtoend.MalformedText.damaged;
import static dev.mobilesync.endtoend.MalformedText.join;
import static dev.mobilesync.endtoend.MalformedText.line;
import static dev.mobilesync.endtoend.MalformedText.mostly;
import static dev.mobilesync.endtoend.MalformedText.quoted;
import static dev.mobilesync.endtoend.MalformedText.repeated;
import static dev.mobilesync.endtoend.MalformedText.some;
import static dev.mobilesync.endtoend.MalformedText.text;
import static dev.mobilesync.endtoend.MalformedText.wire;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import java.util.Base64;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Malformed HTTP requests. Some carry a valid device token, to pass as many checks as possible; others carry arbitrary
 * tokens or none.
 */
final class MalformedRequests {

    private static final String BOUNDARY = MultipartBody.BOUNDARY;
    private static final String FORM = "Content-Type: multipart/form-data; boundary=" + BOUNDARY + "\r\n";
    private static final String REDEMPTION =
            "{\"code\":\"ABCDEFGH\",\"deviceId\":\"M1\",\"deviceInfo\":{\"model\":\"m\",\"osVersion\":\"o\"}}";

    private final ExamineeKey own;
    private final String phone;
    private final byte[] pictureBytes;
    private final String picture;
    private final String validForm;

    /**
     * @param own the examinee of the valid device token, and of all uploads
     */
    MalformedRequests(ExamineeKey own, byte[] picture) {
        this.own = own;
        this.phone = TestTokens.device(own.planId(), own.examineeId(), "M1");
        this.pictureBytes = picture;
        this.picture = wire(picture);
        this.validForm = wire(MultipartBody.upload("M1", picture));
    }

    Arbitrary<String> any() {
        String valid = "POST " + path() + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                + phone + "\r\n" + FORM + withLength(validForm);
        return Arbitraries.frequencyOf(
                Tuple.of(3, paths()),
                Tuple.of(2, headers()),
                Tuple.of(
                        3,
                        upload(
                                Arbitraries.just(FORM),
                                MalformedForms.any(picture),
                                Arbitraries.just(MalformedRequests::withLength))),
                Tuple.of(1, redemptions()),
                Tuple.of(1, handshakes()),
                Tuple.of(1, damaged(valid)));
    }

    private String path() {
        return "/api/v1/plans/" + own.planId() + "/examinees/" + own.examineeId() + "/mobile-captures";
    }

    private Arbitrary<String> paths() {
        Arbitrary<String> plan = MalformedText.any(own.planId(), text());
        Arbitrary<String> examinee = mostly(text(), own.examineeId());
        Arbitrary<String> path = MalformedText.any(
                join("/api/v1/plans/", plan, "/examinees/", examinee, "/mobile-captures"),
                join("/api/v1/plans/", plan, "/examinees/", examinee, "/mobile-sync"),
                join("/api/v1/plans/", plan, "/examinees/", examinee, "/pairings"),
                join("/api/v1/plans/", plan, "/examinees/", examinee, "/orders"),
                join("/api/v1/plans/", plan, "/mobile-sync?updatedSince=", text()),
                join("/api/v1/plans/", plan, "/mobile-sync?status=", text(), "&page=", text(), "&size=", text()),
                join("/captures/", examinee, MalformedText.any("/sync_cap.jpg", "")),
                join("/captures/../actuator/", text()),
                join("/captures//", examinee, "//sync_cap.jpg"),
                join("/api/v1/pairings/redeem", text()),
                join("/actuator", MalformedText.any("", "/", "/env", "/heapdump", ";/env", "/%2e/env")),
                join("/", text()),
                join("http://elsewhere.example/", text()),
                text());
        return join(
                MalformedText.any("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "PATCH", "FOO"),
                " ",
                path,
                " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n",
                mostly(authorization(), ""),
                "\r\n");
    }

    private Arbitrary<String> headers() {
        Arbitrary<String> type = mostly(
                "multipart/form-data; boundary=" + BOUNDARY,
                "multipart/form-data; boundary=\"" + BOUNDARY + "\"; charset=utf-16",
                "multipart/form-data; boundary=\"" + BOUNDARY + "\"; charset=nonsense",
                "multipart/form-data",
                "multipart/form-data; boundary=",
                join("multipart/form-data; boundary=", repeated("b", 9_000)),
                "multipart/mixed; boundary=" + BOUNDARY,
                "application/json",
                "/",
                line(20));
        Arbitrary<String> digest = MalformedText.any(
                Digests.contentDigest(pictureBytes),
                Digests.contentDigest(new byte[0]),
                join("sha-256=:", bytes(64).map(MalformedRequests::base64), ":"),
                "sha-256=:====:",
                "sha-512=:AAAA:, sha-256=::",
                join("sha-256=", line(10)),
                ",".repeat(2_000));
        Arbitrary<String> other = MalformedText.any(
                "Expect: 100-continue",
                "Expect: nonsense",
                "Content-Encoding: gzip",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding : chunked",
                "Upgrade: h2c",
                join("traceparent: ", line(60)),
                join("baggage: ", line(60)),
                join("X-Forwarded-For: ", line(30)),
                "X-Forwarded-Host: elsewhere.example",
                "Range: bytes=0-1,5-9999999999999999999",
                "If-Modified-Since: never",
                join("Origin: ", origins()),
                join("Access-Control-Request-Method: POST\r\nOrigin: ", origins()),
                join("Accept: ", MalformedText.any("text/html", "nonsense", "*/*;q=9")),
                join("Accept-Language: ", line(10)),
                join("Cookie: ", line(40)),
                "X-HTTP-Method-Override: DELETE",
                "Host: elsewhere.example",
                join(line(20), ": x"),
                join("X: ", repeated("x", 20_000)),
                ": no name",
                " folded");
        Arbitrary<String> all = join(
                "Content-Type: ",
                type,
                "\r\n",
                some(
                        join("Content-Digest: ", digest, "\r\n"),
                        join("Idempotency-Key: ", MalformedText.any("", " ", repeated("k", 600), line(20)), "\r\n")),
                mostly("", join(other, "\r\n")));
        return upload(all, Arbitraries.just(validForm), lengths());
    }

    private static Arbitrary<String> origins() {
        return MalformedText.any(
                "null",
                "https://elsewhere.example",
                "http://a:b",
                "http://[::1",
                "http://localhost:99999999999",
                "://",
                join("http://", line(20)),
                join("http://localhost:", line(6)),
                line(20));
    }

    private static Arbitrary<String> handshakes() {
        return join(
                "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: ",
                mostly("Upgrade", "close", line(10)),
                "\r\nSec-WebSocket-Version: ",
                mostly("13", line(5)),
                "\r\nSec-WebSocket-Key: ",
                mostly("AAAAAAAAAAAAAAAAAAAAAA==", line(24)),
                "\r\nOrigin: ",
                origins(),
                "\r\n\r\n");
    }

    private Arbitrary<String> authorization() {
        return join(
                "Authorization: ",
                mostly(
                        "Bearer " + phone,
                        "bearer " + phone,
                        "Bearer  " + phone,
                        "Bearer\t" + phone,
                        "Basic " + base64("admin:admin"),
                        "Bearer",
                        join("Bearer ", line(50)),
                        "Bearer a.b.c",
                        join("Bearer ", damaged(phone).map(token -> token.replaceAll("[\\r\\n]", "?"))),
                        join("Bearer ", repeated("a", 20_000)),
                        "Bearer " + phone + "\r\nAuthorization: Bearer " + phone,
                        "Bearer " + TestTokens.examinee(own.planId(), "\u0000"),
                        "DPoP " + phone,
                        "Bearer eyJhbGciOiJub25lIn0.e30.",
                        "Bearer eyJhbGciOiJIUzI1NiIsImNyaXQiOlsieCJdLCJ4IjoxfQ.e30.AAAA",
                        "Bearer eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA"),
                "\r\n");
    }

    private static Arbitrary<String> redemptions() {
        Arbitrary<String> body = MalformedText.any(
                damaged(REDEMPTION),
                quoted().map(text -> REDEMPTION.replace("ABCDEFGH", text)),
                MalformedText.any("null", "1", "[]", "{\"$gt\":\"\"}")
                        .map(value -> REDEMPTION.replace("\"ABCDEFGH\"", value)),
                MalformedText.any("", "null", "[]", "{".repeat(3_000), "x".repeat(100_000)),
                bytes(200));
        return join(
                "POST /api/v1/pairings/redeem HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ",
                mostly("application/json", "text/plain", line(10)),
                "\r\n",
                body.map(MalformedRequests::withLength));
    }

    private Arbitrary<String> upload(
            Arbitrary<String> headers, Arbitrary<String> body, Arbitrary<UnaryOperator<String>> length) {
        return Combinators.combine(
                        mostly("Authorization: Bearer " + phone + "\r\n", authorization()), headers, body, length)
                .as((authorization, more, content, framing) -> "POST " + path()
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + authorization + more
                        + framing.apply(content));
    }

    /** Headers that announce a body, correctly or not. */
    private static Arbitrary<UnaryOperator<String>> lengths() {
        return Arbitraries.oneOf(
                Arbitraries.just(MalformedRequests::withLength),
                MalformedText.any("-1", "99999999999", "1\r\nContent-Length: 2", line(6))
                        .map(length -> body -> "Content-Length: " + length + "\r\n\r\n" + body),
                Arbitraries.doubles()
                        .between(0, 2)
                        .map(factor ->
                                body -> "Content-Length: " + (long) (factor * body.length()) + "\r\n\r\n" + body),
                Arbitraries.just(body -> "\r\n" + body),
                mostly("", "Content-Length: 5\r\n")
                        .map(second -> body -> "Transfer-Encoding: chunked\r\n" + second + "\r\n"
                                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n"),
                MalformedText.any("zz", "-1", "ffffffffffffffff", join("5;", line(9)), "")
                        .map(chunk -> body -> "Transfer-Encoding: chunked\r\n\r\n" + chunk + "\r\n" + body));
    }

    private static String withLength(String body) {
        return "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String base64(String wire) {
        return Base64.getEncoder().encodeToString(bytes(wire));
    }
}
