package dev.mobilesync.endtoend;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.TestTokens;
import java.io.ByteArrayOutputStream;

/** What browsers should not send on a socket, most of it after a good CONNECT of one examinee or of a proctor of its plan. */
final class StompFuzz {

    /** Who the proctor is. */
    static final String SUBJECT = "fuzz-proctor";

    private final Fuzz fuzz;
    private final ExamineeKey own;

    StompFuzz(Fuzz fuzz, ExamineeKey own) {
        this.fuzz = fuzz;
        this.own = own;
    }

    /** Everything that one connection sends after the handshake; at its end it asks to be closed. */
    byte[] stream() {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        String token = fuzz.oneIn(2)
                ? TestTokens.examinee(own.planId(), own.examineeId())
                : TestTokens.proctor(SUBJECT, own.planId());
        if (!fuzz.oneIn(6)) {
            text(stream, "CONNECT\naccept-version:1.2\nhost:localhost\nAuthorization:Bearer " + token + "\n\n\0");
        }
        for (int i = fuzz.below(4); i >= 0; i--) {
            if (fuzz.oneIn(4)) {
                stream.writeBytes(strangeWebSocketFrame());
            } else {
                text(stream, strangeFrame(token));
            }
        }
        text(stream, "DISCONNECT\nreceipt:bye\n\n\0");
        return stream.toByteArray();
    }

    private void text(ByteArrayOutputStream stream, String text) {
        byte[] bytes = Fuzz.bytesOf(text);
        if (bytes.length > 1 && fuzz.oneIn(4)) {
            int cut = fuzz.below(bytes.length);
            stream.writeBytes(
                    RawWebSocket.frame(RawWebSocket.TEXT, true, cut, java.util.Arrays.copyOf(bytes, cut)));
            byte[] rest = java.util.Arrays.copyOfRange(bytes, cut, bytes.length);
            stream.writeBytes(RawWebSocket.frame(0x80, true, rest.length, rest));
        } else {
            stream.writeBytes(RawWebSocket.frame(RawWebSocket.TEXT, bytes));
        }
    }

    private byte[] strangeWebSocketFrame() {
        byte[] payload = fuzz.bytes(fuzz.below(200));
        return switch (fuzz.below(7)) {
            case 0 -> RawWebSocket.frame(RawWebSocket.BINARY, payload);
            case 1 -> RawWebSocket.frame(RawWebSocket.TEXT, payload);
            case 2 -> RawWebSocket.frame(fuzz.below(256), !fuzz.oneIn(3), payload.length, payload);
            case 3 -> RawWebSocket.frame(0x81, true, fuzz.any(-1L, Long.MAX_VALUE, 1L << 40, 70_000L), payload);
            case 4 -> RawWebSocket.frame(0x89, true, 126, new byte[126]);
            case 5 -> RawWebSocket.frame(0x80, true, payload.length, payload);
            default -> fuzz.bytes(fuzz.below(30));
        };
    }

    private String strangeFrame(String token) {
        String command = fuzz.any(
                "SEND",
                "SEND",
                "SEND",
                "SUBSCRIBE",
                "SUBSCRIBE",
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
                "",
                fuzz.lineNoise(8));
        StringBuilder frame = new StringBuilder(fuzz.any("", "", "\n\n\n", "\r\n", " "))
                .append(command)
                .append(fuzz.any("\n", "\n", "\r\n", "\r", ""));
        if (!fuzz.oneIn(6)) {
            header(frame, "destination", destination());
        }
        if (!fuzz.oneIn(6)) {
            header(frame, "id", fuzz.any("s1", "s1", fuzz.text(), "i".repeat(fuzz.below(200))));
        }
        for (int i = fuzz.below(4); i > 0; i--) {
            switch (fuzz.below(11)) {
                case 0 -> header(frame, "receipt", fuzz.any("r\\nERROR\\n\\nx", "r\\c\\r\\n", fuzz.lineNoise(20)));
                case 1 ->
                    header(
                            frame,
                            "content-length",
                            fuzz.any("0", "1", "-1", "5", "99999999999", "2147483647", fuzz.lineNoise(4)));
                case 2 -> header(frame, "content-type", fuzz.any("application/json", "text/plain;charset=x", "\\z"));
                case 3 -> header(frame, "transaction", "t");
                case 4 -> header(frame, "ack", fuzz.any("client", "auto", fuzz.lineNoise(5)));
                case 5 -> header(frame, "selector", "1=1");
                case 6 -> header(frame, "heart-beat", fuzz.any("0,0", "1,1", "-1,-1", "9999999999,1", "x", ","));
                case 7 -> header(frame, "accept-version", fuzz.any("1.2", "1.0", "", "9", fuzz.lineNoise(5)));
                case 8 -> header(frame, "Authorization", fuzz.any("Bearer " + token, "Bearer", fuzz.lineNoise(20)));
                case 9 -> frame.append(fuzz.any("no colon\n", ":no name\n", "bad\\escape:\\q\n", "a:b:c\n", "\r\n"));
                default -> header(frame, fuzz.lineNoise(8), fuzz.text());
            }
        }
        frame.append(fuzz.any("\n", "\n", "\n", "\r\n", ""));
        frame.append(body());
        return frame.append(fuzz.any("\0", "\0", "\0", "\0", "", "\0\0\n\n", "\n")).toString();
    }

    private static void header(StringBuilder frame, String name, String value) {
        frame.append(name).append(':').append(value).append('\n');
    }

    private String destination() {
        String id = fuzz.any(own.examineeId(), own.examineeId(), "E1", fuzz.text());
        String plan = fuzz.any(own.planId(), own.planId(), "PA", fuzz.text());
        return fuzz.any(
                        "/app/plans/" + plan + "/examinees/" + id + "/mobile-sync/" + fuzz.any("wait", "order", "x"),
                        "/app/plans/" + plan + "/examinees/" + id + "/mobile-sync/" + fuzz.any("wait", "order"),
                        "/topic/plans/" + plan + "/examinees/" + id + "/mobile-sync",
                        Topology.planTopic(plan),
                        "/topic/" + fuzz.any("**", "*", "#", ">", "plans/*/mobile-sync"),
                        "/queue/" + Topology.STATUS_QUEUE,
                        "/exchange/" + Topology.BROADCAST_EXCHANGE + "/x",
                        "/amq/queue/" + Topology.STATUS_QUEUE,
                        "/user/queue/x",
                        fuzz.text())
                + fuzz.any("", "", "", "", "\\n", "\\c", "\\\\", "/", "%00", "?x", "\\r\\nX\\c1");
    }

    private String body() {
        String order = "{\"order\":\"" + fuzz.any("RETAKE", "ACCEPT", "EXTEND", "DELETE") + "\",\"reason\":\""
                + fuzz.any("too dark", "r".repeat(fuzz.below(3_000)), "\\u0000", "\\ud800") + "\"";
        return switch (fuzz.below(9)) {
            case 0 -> "";
            case 1 -> order + "}";
            case 2 -> order + ",\"deadline\":" + fuzz.any("\"2099-01-01T00:00:00Z\"", "1", "\"x\"", "null") + "}";
            case 3 ->
                order + ",\"by\":\"somebody-else\",\"planId\":\"PA\",\"examineeId\":\"E1\",\"timestamp\":\"2024-01-01T00:00:00Z\"}";
            case 4 -> "{\"type\":\"mobile_sync_order\",\"data\":" + order + "}}";
            case 5 -> "{\"type\":\"mobile_sync_status\",\"data\":{\"planId\":\"PA\",\"examineeId\":\"E1\",\"status\":\"COMPLETED\"}}";
            case 6 -> "[".repeat(fuzz.below(12_000));
            case 7 -> "x".repeat(fuzz.below(40_000));
            default -> fuzz.noise(fuzz.below(100));
        };
    }
}
