package dev.mobilesync.endtoend;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Generators of malformed text. Each character stands for one byte on the wire. A part is a constant {@code String} or an
 * {@code Arbitrary<String>}.
 */
final class MalformedText {

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

    private MalformedText() {}

    /** An invalid, very long or random id. */
    static Arbitrary<String> text() {
        Arbitrary<String> known = Arbitraries.of(TEXTS).map(MalformedText::utf8);
        return Arbitraries.frequencyOf(
                Tuple.of(5, known),
                Tuple.of(1, join(known, known)),
                Tuple.of(1, Arbitraries.strings().ofMaxLength(40).map(MalformedText::utf8)),
                Tuple.of(1, Arbitraries.oneOf(repeated("A", 300), repeated("A", 25_000))));
    }

    /** Any bytes except line ends. */
    static Arbitrary<String> line(int maxLength) {
        return Arbitraries.strings()
                .withCharRange('\0', '\u00ff')
                .excludeChars('\r', '\n')
                .ofMaxLength(maxLength);
    }

    /** Any bytes. */
    static Arbitrary<String> bytes(int maxLength) {
        return Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(maxLength);
    }

    static Arbitrary<String> repeated(String what, int maxTimes) {
        return Arbitraries.integers().between(0, maxTimes).map(what::repeat);
    }

    /** One of the parts, with equal probability. */
    static Arbitrary<String> any(Object... parts) {
        return Arbitraries.oneOf(Arrays.stream(parts).map(MalformedText::part).toList());
    }

    /** The first part with a probability of 3/4, otherwise one of the others. */
    static Arbitrary<String> mostly(Object usual, Object... others) {
        return Arbitraries.frequencyOf(Tuple.of(3, part(usual)), Tuple.of(1, any(others)));
    }

    /** The concatenation of all parts. */
    static Arbitrary<String> join(Object... parts) {
        return Combinators.combine(Arrays.stream(parts).map(MalformedText::part).toList())
                .as(values -> String.join("", values));
    }

    static Arbitrary<String> many(Object part, int atLeast, int atMost) {
        return part(part).list().ofMinSize(atLeast).ofMaxSize(atMost).map(values -> String.join("", values));
    }

    private static Arbitrary<String> part(Object part) {
        return part instanceof Arbitrary<?> arbitrary
                ? arbitrary.map(String::valueOf)
                : Arbitraries.just((String) part);
    }

    private record Damage(double where, int kind, int amount) {

        String applyTo(String valid) {
            int at = (int) (where * valid.length());
            int end = Math.min(valid.length(), at + 1 + amount % 30);
            return switch (kind) {
                case 0 -> valid.substring(0, at) + (char) amount + valid.substring(end);
                case 1 -> valid.substring(0, at);
                case 2 -> valid.substring(0, at) + valid.substring(end);
                default -> valid.substring(0, end) + valid.substring(at);
            };
        }
    }

    /** The text with some bytes changed, doubled or removed, or truncated. */
    static Arbitrary<String> damaged(String valid) {
        return Combinators.combine(
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 255))
                .as(Damage::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(damages -> {
                    String damaged = valid;
                    for (Damage damage : damages) {
                        damaged = damage.applyTo(damaged);
                    }
                    return damaged;
                });
    }

    private static String utf8(String text) {
        return wire(text.getBytes(StandardCharsets.UTF_8));
    }

    static String wire(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(String wire) {
        return wire.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The content of a JSON string literal. */
    static Arbitrary<String> quoted() {
        return text().map(text -> text.replace("\\", "\\\\").replace("\"", "\\\""));
    }

    /** Concatenates the parts, such as headers; each may be missing. */
    static Arbitrary<String> some(Object... parts) {
        List<Object> each = new ArrayList<>();
        for (Object part : parts) {
            each.add(any("", part));
        }
        return join(each.toArray());
    }
}
