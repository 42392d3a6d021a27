package dev.mobilesync.endtoend;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** Choices that come out the same for the same seed, and text that nobody means well with. */
final class Fuzz {

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "..",
            "../..",
            "..%2f..",
            "%2e%2e%2f",
            "%252e%252e%252f",
            "%00",
            "E1%00",
            "E1%0d%0aX-Injected:1",
            "E1;x=y",
            ";jsessionid=1",
            "E1/",
            "E1%2F..%2FE2",
            "E1\\..\\E2",
            "*",
            "#",
            "**",
            ">",
            "{examineeId}",
            "${7*7}",
            "#{7*7}",
            "%24%7Bjndi:ldap://127.0.0.1/x%7D",
            "' OR 1=1 --",
            "<script>alert(1)</script>",
            "%c0%ae%c0%ae",
            "%ff%fe",
            "%",
            "%zz",
            "\u00e9",
            "\u202e1E",
            "\uff25\uff11",
            "E1\u0000",
            "E1\t",
            "plan:PA:examinee:E1",
            "null",
            "-1",
            "9223372036854775808",
            "1e999");

    private final SplittableRandom random;

    Fuzz(long seed) {
        random = new SplittableRandom(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int n) {
        return below(n) == 0;
    }

    @SafeVarargs
    final <T> T any(T... choices) {
        return choices[below(choices.length)];
    }

    /** Something that is no id, or a very long one, or nonsense. */
    String text() {
        return switch (below(8)) {
            case 0 -> "A".repeat(1 + below(300));
            case 1 -> "A".repeat(5_000 + below(20_000));
            case 2 -> noise(1 + below(40));
            case 3 -> TEXTS.get(below(TEXTS.size())) + TEXTS.get(below(TEXTS.size()));
            default -> TEXTS.get(below(TEXTS.size()));
        };
    }

    /** Characters of any kind. */
    String noise(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (oneIn(10) ? below(0xd000) : below(256)));
        }
        return text.toString();
    }

    /** Noise that ends no line. */
    String lineNoise(int length) {
        return noise(length).replaceAll("[\\r\\n]", "?");
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The same with a few bytes changed, doubled, or left out, or an end cut off. */
    byte[] damaged(byte[] good) {
        byte[] bytes = good.clone();
        for (int i = below(4); i >= 0; i--) {
            if (bytes.length < 2) {
                return bytes;
            }
            int at = below(bytes.length);
            switch (below(4)) {
                case 0 -> bytes[at] = (byte) below(256);
                case 1 -> bytes[at] ^= (byte) (1 << below(8));
                case 2 -> bytes = java.util.Arrays.copyOf(bytes, at);
                default -> {
                    int length = Math.min(1 + below(30), bytes.length - at);
                    byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + length);
                    System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    static byte[] bytesOf(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
