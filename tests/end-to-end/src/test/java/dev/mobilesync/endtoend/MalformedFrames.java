package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MalformedText.any;
import static dev.mobilesync.endtoend.MalformedText.bytes;
import static dev.mobilesync.endtoend.MalformedText.join;
import static dev.mobilesync.endtoend.MalformedText.line;
import static dev.mobilesync.endtoend.MalformedText.many;
import static dev.mobilesync.endtoend.MalformedText.mostly;
import static dev.mobilesync.endtoend.MalformedText.repeated;
import static dev.mobilesync.endtoend.MalformedText.some;
import static dev.mobilesync.endtoend.MalformedText.text;
import static dev.mobilesync.endtoend.MalformedText.wire;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.TestTokens;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Malformed STOMP and WebSocket frames, sent with a valid token of an examinee or a proctor. */
final class MalformedFrames {

    /** The proctor's name in orders. */
    static final String SUBJECT = "fuzz-proctor";

    private final ExamineeKey own;
    private final Arbitrary<String> token;

    MalformedFrames(ExamineeKey own) {
        this.own = own;
        this.token =
                any(TestTokens.examinee(own.planId(), own.examineeId()), TestTokens.proctor(SUBJECT, own.planId()));
    }

    /** All bytes of one connection after the handshake. They end with a close frame. */
    Arbitrary<String> streams() {
        Arbitrary<String> login = token.map(each ->
                webSocket("CONNECT\naccept-version:1.2\nhost:localhost\nAuthorization:Bearer " + each + "\n\n\0"));
        return join(
                mostly(login, ""),
                many(mostly(stomp(), webSocketFrames()), 1, 4),
                webSocket("DISCONNECT\nreceipt:bye\n\n\0"));
    }

    private static String webSocket(String text) {
        return wire(RawWebSocket.frame(RawWebSocket.TEXT, bytes(text)));
    }

    private static String webSocket(int first, boolean masked, long length, String payload) {
        return wire(RawWebSocket.frame(first, masked, length, bytes(payload)));
    }

    private static Arbitrary<String> webSocketFrames() {
        Arbitrary<String> payload = bytes(200);
        return any(
                payload.map(bytes -> wire(RawWebSocket.frame(RawWebSocket.BINARY, MalformedText.bytes(bytes)))),
                payload.map(MalformedFrames::webSocket),
                Combinators.combine(Arbitraries.integers().between(0, 255), Arbitraries.of(true, false), payload)
                        .as((first, masked, bytes) -> webSocket(first, masked, bytes.length(), bytes)),
                Combinators.combine(Arbitraries.of(-1L, Long.MAX_VALUE, 1L << 40, 70_000L), payload)
                        .as((length, bytes) -> webSocket(0x81, true, length, bytes)),
                webSocket(0x89, true, 126, "\0".repeat(126)),
                payload.map(bytes -> webSocket(0x80, true, bytes.length(), bytes)),
                bytes(30));
    }

    /** The text in one or two WebSocket frames. */
    private Arbitrary<String> stomp() {
        return Combinators.combine(
                        frames(),
                        Arbitraries.frequencyOf(
                                Tuple.of(3, Arbitraries.just(1.0)),
                                Tuple.of(1, Arbitraries.doubles().between(0, 1))))
                .as((frame, cut) -> {
                    int at = (int) (cut * frame.length());
                    return at == frame.length()
                            ? webSocket(frame)
                            : webSocket(RawWebSocket.TEXT, true, at, frame.substring(0, at))
                                    + webSocket(0x80, true, frame.length() - at, frame.substring(at));
                });
    }

    private Arbitrary<String> frames() {
        Arbitrary<String> command = mostly(
                any("SEND", "SUBSCRIBE"),
                Arbitraries.of(
                        "UNSUBSCRIBE",
                        "CONNECT",
                        "STOMP",
                        "ACK",
                        "NACK",
                        "BEGIN",
                        "COMMIT",
                        "ABORT",
                        "MESSAGE",
                        "ERROR",
                        "RECEIPT",
                        "CONNECTED",
                        "send",
                        ""),
                line(8));
        return join(
                mostly("", "\n\n\n", "\r\n", " "),
                command,
                mostly("\n", "\r\n", "\r", ""),
                mostly(header("destination", destination()), ""),
                mostly(header("id", mostly("s1", text(), repeated("i", 200))), ""),
                many(headers(), 0, 4),
                mostly("\n", "\r\n", ""),
                body(),
                mostly("\0", "", "\0\0\n\n", "\n"));
    }

    private static Arbitrary<String> header(Object name, Object value) {
        return join(name, ":", value, "\n");
    }

    private Arbitrary<String> headers() {
        return any(
                header("receipt", any("r\\nERROR\\n\\nx", "r\\c\\r\\n", line(20))),
                header("content-length", any("0", "1", "-1", "5", "99999999999", "2147483647", line(4))),
                header("content-type", any("application/json", "text/plain;charset=x", "\\z")),
                header("transaction", "t"),
                header("ack", any("client", "auto", line(5))),
                header("selector", "1=1"),
                header("heart-beat", any("0,0", "1,1", "-1,-1", "9999999999,1", "x", ",")),
                header("accept-version", any("1.2", "1.0", "", "9", line(5))),
                header("Authorization", any(join("Bearer ", token), "Bearer", line(20))),
                any("no colon\n", ":no name\n", "bad\\escape:\\q\n", "a:b:c\n", "\r\n"),
                header(line(8), text()));
    }

    private Arbitrary<String> destination() {
        Arbitrary<String> plan = mostly(own.planId(), "PA", text());
        Arbitrary<String> examinee = mostly(own.examineeId(), "E1", text());
        String path = "/mobile-sync/";
        return join(
                any(
                        join("/app/plans/", plan, "/examinees/", examinee, path, mostly(any("wait", "order"), "x")),
                        join("/app/plans/", plan, "/examinees/", examinee, path, any("wait", "order")),
                        join("/topic/plans/", plan, "/examinees/", examinee, "/mobile-sync"),
                        plan.map(StompTopics::plan),
                        join("/topic/", any("**", "*", "#", ">", "plans/*/mobile-sync")),
                        "/queue/" + AmqpNames.STATUS_QUEUE,
                        "/exchange/" + AmqpNames.BROADCAST_EXCHANGE + "/x",
                        "/amq/queue/" + AmqpNames.STATUS_QUEUE,
                        "/user/queue/x",
                        text()),
                mostly("", "\\n", "\\c", "\\\\", "/", "%00", "?x", "\\r\\nX\\c1"));
    }

    private static Arbitrary<String> body() {
        Arbitrary<String> order = join(
                "{\"order\":\"",
                any("RETAKE", "ACCEPT", "EXTEND", "DELETE"),
                "\",\"reason\":\"",
                any("too dark", repeated("r", 3_000), "\\u0000", "\\ud800"),
                "\"",
                some(
                        join(",\"deadline\":", any("\"2099-01-01T00:00:00Z\"", "1", "\"x\"", "null")),
                        ",\"by\":\"another-proctor\",\"planId\":\"PA\",\"examineeId\":\"E1\",\"timestamp\":\"2024-01-01T00:00:00Z\""),
                "}");
        return any(
                "",
                order,
                order,
                join("{\"type\":\"mobile_sync_order\",\"data\":", order, "}"),
                "{\"type\":\"mobile_sync_status\",\"data\":{\"planId\":\"PA\",\"examineeId\":\"E1\",\"status\":\"COMPLETED\"}}",
                repeated("[", 12_000),
                repeated("x", 40_000),
                bytes(100));
    }
}
