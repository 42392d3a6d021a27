package dev.mobilesync.endtoend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The access rules. {@link AccessMatrixIT} tests each case of the tables; docs/security.md contains the same tables.
 */
final class AccessTable {

    private static final String REST = """
            | caller                       | upload | picture | board | record | history | give order | reset | roster | pairing | redeem | pages | web actuator | socket actuator | management |
            | no token                     | 401    | 401     | 401   | 401    | 401     | 401        | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | expired token                | 401    | 401     | 401   | 401    | 401     | 401        | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | token with invalid signature | 401    | 401     | 401   | 401    | 401     | 401        | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | unsigned token               | 401    | 401     | 401   | 401    | 401     | 401        | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | token for another audience   | 401    | 401     | 401   | 401    | 401     | 401        | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | token with unknown role      | 401    | 401     | 401   | 401    | 401     | 401        | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | token with a missing claim   | 401    | 401     | 401   | 401    | 401     | 401        | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | device of E1                 | 201    | 404     | 403   | 403    | 403     | 403        | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | device of another examinee   | 403    | 404     | 403   | 403    | 403     | 403        | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | another device of E1         | 403    | 404     | 403   | 403    | 403     | 403        | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | device of another plan       | 403    | 404     | 403   | 403    | 403     | 403        | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | replaced device of E1        | 401    | 404     | 403   | 403    | 403     | 403        | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | examinee E1                  | 403    | 200     | 403   | 200    | 403     | 403        | 403   | 403    | 201     | 200    | 200   | 404          | 401             | 200        |
            | another examinee             | 403    | 404     | 403   | 403    | 403     | 403        | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | examinee of another plan     | 403    | 404     | 403   | 403    | 403     | 403        | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | proctor of the plan          | 403    | 200     | 200   | 200    | 200     | 202        | 202   | 200    | 403     | 200    | 200   | 404          | 401             | 200        |
            | proctor of another plan      | 403    | 404     | 403   | 403    | 403     | 403        | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | service of the plan          | 403    | 404     | 200   | 200    | 200     | 202        | 202   | 200    | 403     | 200    | 200   | 404          | 401             | 200        |
            | service of another plan      | 403    | 404     | 403   | 403    | 403     | 403        | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            """;

    private static final String STOMP = """
            | caller                       | connect         | examinee topic  | plan topic      | wildcard topic  | other topic     | queue           | user destination | wait            | order           | shutter         | preview         | notice          | send to topic   | send to other destination |
            | no token                     | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated  | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated           |
            | expired token                | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated  | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated           |
            | token with invalid signature | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated  | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated           |
            | unsigned token               | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated  | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated           |
            | token for another audience   | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated  | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated           |
            | token with unknown role      | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated  | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated           |
            | token with a missing claim   | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated  | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated           |
            | device of E1                 | allowed         | allowed         | forbidden       | invalid         | invalid         | invalid         | invalid          | forbidden       | forbidden       | forbidden       | allowed         | forbidden       | invalid         | invalid                   |
            | device of another examinee   | allowed         | forbidden       | forbidden       | invalid         | invalid         | invalid         | invalid          | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | invalid         | invalid                   |
            | another device of E1         | allowed         | allowed         | forbidden       | invalid         | invalid         | invalid         | invalid          | forbidden       | forbidden       | forbidden       | allowed         | forbidden       | invalid         | invalid                   |
            | device of another plan       | allowed         | forbidden       | forbidden       | invalid         | invalid         | invalid         | invalid          | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | invalid         | invalid                   |
            | replaced device of E1        | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated  | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated | unauthenticated           |
            | examinee E1                  | allowed         | allowed         | forbidden       | invalid         | invalid         | invalid         | invalid          | allowed         | forbidden       | allowed         | forbidden       | forbidden       | invalid         | invalid                   |
            | another examinee             | allowed         | forbidden       | forbidden       | invalid         | invalid         | invalid         | invalid          | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | invalid         | invalid                   |
            | examinee of another plan     | allowed         | forbidden       | forbidden       | invalid         | invalid         | invalid         | invalid          | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | invalid         | invalid                   |
            | proctor of the plan          | allowed         | forbidden       | allowed         | invalid         | invalid         | invalid         | invalid          | forbidden       | allowed         | forbidden       | forbidden       | allowed         | invalid         | invalid                   |
            | proctor of another plan      | allowed         | forbidden       | forbidden       | invalid         | invalid         | invalid         | invalid          | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | invalid         | invalid                   |
            | service of the plan          | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | forbidden        | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | forbidden                 |
            | service of another plan      | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | forbidden        | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | forbidden       | forbidden                 |
            """;

    private static final String REST_LEGEND =
            "Errors are `application/problem+json`: 401 `UNAUTHENTICATED`, 403 `FORBIDDEN`, 404 `NOT_FOUND`.";

    private static final String STOMP_LEGEND = """
            `allowed`: the server accepts the frame. All other frames are answered with an `ERROR` frame, and the connection is closed.

            - `unauthenticated`: error `UNAUTHENTICATED`, close code 1008
            - `forbidden`: error `FORBIDDEN`, close code 1008
            - `invalid`: error `INVALID_REQUEST`, close code 1002; the destination exists for no caller""";

    private static final List<List<AccessCase>> CASES = List.of(parse(REST), parse(STOMP));

    private AccessTable() {}

    /** The caller, relative to examinee E1 of plan PA with phone M1. The first seven are rejected as unauthenticated. */
    enum Caller {
        NO_TOKEN("no token"),
        EXPIRED("expired token"),
        WRONG_SIGNATURE("token with invalid signature"),
        ALG_NONE("unsigned token"),
        WRONG_AUDIENCE("token for another audience"),
        UNKNOWN_ROLE("token with unknown role"),
        MISSING_CLAIM("token with a missing claim"),
        DEVICE("device of E1"),
        DEVICE_OF_ANOTHER_EXAMINEE("device of another examinee"),
        DEVICE_WITH_ANOTHER_ID("another device of E1"),
        DEVICE_OF_ANOTHER_PLAN("device of another plan"),
        DEVICE_REPLACED("replaced device of E1"),
        EXAMINEE("examinee E1"),
        ANOTHER_EXAMINEE("another examinee"),
        EXAMINEE_OF_ANOTHER_PLAN("examinee of another plan"),
        PROCTOR("proctor of the plan"),
        PROCTOR_OF_ANOTHER_PLAN("proctor of another plan"),
        SERVICE("service of the plan"),
        SERVICE_OF_ANOTHER_PLAN("service of another plan");

        private final String title;

        Caller(String title) {
            this.title = title;
        }

        static Caller of(String title) {
            return Arrays.stream(values())
                    .filter(caller -> caller.title.equals(title))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The requested endpoint or destination. */
    enum Endpoint {
        UPLOAD("`POST /api/v1/plans/PA/examinees/E1/mobile-captures`"),
        PICTURE("`GET /captures/E1/sync_cap.jpg`"),
        BOARD("`GET /api/v1/plans/PA/mobile-sync`"),
        RECORD("`GET /api/v1/plans/PA/examinees/E1/mobile-sync`"),
        HISTORY("`GET /api/v1/plans/PA/examinees/E1/mobile-sync/history`"),
        ROSTER("`GET` and `PUT /api/v1/plans/PA/roster`"),
        GIVE_ORDER("`POST /api/v1/plans/PA/examinees/E1/orders` with an `Idempotency-Key`"),
        RESET("the same with the order `RESET`"),
        PAIRING("`POST /api/v1/plans/PA/examinees/E1/pairings`"),
        REDEEM("`POST /api/v1/pairings/redeem` with a valid code; the token is ignored"),
        PAGES(
                "`GET /capture`, `/exam/mobile-sync`, `/proctor` and their resources, `/api-docs/…`: the same for every caller"),
        WEB_ACTUATOR(
                "`GET /actuator/health` and other Actuator paths on web-server's public port, which does not serve them"),
        SOCKET_ACTUATOR("the same paths on socket-server's public port"),
        MANAGEMENT("`GET /actuator/health/liveness` on the management port, which must not be reachable from outside"),
        CONNECT("`CONNECT`"),
        EXAMINEE_TOPIC("`SUBSCRIBE /topic/plans/PA/examinees/E1/mobile-sync`"),
        PLAN_TOPIC("`SUBSCRIBE /topic/plans/PA/mobile-sync`"),
        WILDCARD_TOPIC("`SUBSCRIBE` with `*`, `**`, `#` or `>` in the destination"),
        OTHER_TOPIC("`SUBSCRIBE /topic/other`"),
        QUEUE("`SUBSCRIBE /queue/x`"),
        USER_DESTINATION("`SUBSCRIBE /user/x`"),
        WAIT("`SEND /app/plans/PA/examinees/E1/mobile-sync/wait`"),
        ORDER("`SEND /app/plans/PA/examinees/E1/mobile-sync/order`"),
        SHUTTER("`SEND /app/plans/PA/examinees/E1/mobile-sync/shutter`"),
        PREVIEW("`SEND /app/plans/PA/examinees/E1/mobile-sync/preview`"),
        NOTICE("`SEND /app/plans/PA/examinees/E1/mobile-sync/notice`"),
        SEND_TO_TOPIC("`SEND` to the examinee's and the plan's topic"),
        SEND_TO_OTHER_DESTINATION("`SEND` to any other destination, `/app/…` or not");

        private final String description;

        Endpoint(String description) {
            this.description = description;
        }

        private String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        static Endpoint of(String title) {
            return valueOf(title.toUpperCase(Locale.ROOT).replace(' ', '_'));
        }
    }

    /**
     * One cell of the tables.
     *
     * @param expected the expected result, as in the table
     */
    record AccessCase(Caller caller, Endpoint endpoint, String expected) {

        boolean isAllowed() {
            return expected.equals("allowed") || expected.startsWith("2");
        }

        /** The error code of a rejected request. */
        String code() {
            return switch (expected) {
                case "401", "unauthenticated" -> "UNAUTHENTICATED";
                case "403", "forbidden" -> "FORBIDDEN";
                case "404" -> "NOT_FOUND";
                case "invalid" -> "INVALID_REQUEST";
                default -> throw new IllegalStateException(this + " is not an error");
            };
        }

        @Override
        public String toString() {
            return caller.title + ", " + endpoint.title() + ": " + expected;
        }
    }

    static List<AccessCase> rest() {
        return CASES.get(0);
    }

    static List<AccessCase> stomp() {
        return CASES.get(1);
    }

    private static List<AccessCase> parse(String table) {
        List<List<String>> rows = table.lines()
                .map(line -> Arrays.stream(line.split("\\|"))
                        .map(String::strip)
                        .skip(1)
                        .toList())
                .toList();
        List<String> endpoints = rows.get(0);
        List<AccessCase> cases = new ArrayList<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            for (int i = 1; i < endpoints.size(); i++) {
                cases.add(new AccessCase(Caller.of(row.get(0)), Endpoint.of(endpoints.get(i)), row.get(i)));
            }
        }
        return cases;
    }

    /** The tables in the format of docs/security.md. */
    static String markdown() {
        return markdown(rest(), REST_LEGEND) + "\n" + markdown(stomp(), STOMP_LEGEND);
    }

    private static String markdown(List<AccessCase> cases, String legend) {
        Map<Caller, List<AccessCase>> rows = cases.stream()
                .collect(Collectors.groupingBy(
                        AccessCase::caller, () -> new EnumMap<>(Caller.class), Collectors.toList()));
        List<Endpoint> endpoints =
                cases.stream().map(AccessCase::endpoint).distinct().toList();
        StringBuilder text = new StringBuilder();
        endpoints.forEach(endpoint -> text.append("- **")
                .append(endpoint.title())
                .append("**: ")
                .append(endpoint.description)
                .append('\n'));
        text.append('\n').append(legend).append("\n\n| |");
        endpoints.forEach(endpoint -> text.append(' ').append(endpoint.title()).append(" |"));
        text.append("\n|---").append("|---".repeat(endpoints.size())).append("|\n");
        rows.forEach((caller, row) -> text.append("| ")
                .append(caller.title)
                .append(" | ")
                .append(row.stream()
                        .map(access -> access.isAllowed() ? "**" + access.expected + "**" : access.expected)
                        .collect(Collectors.joining(" | ")))
                .append(" |\n"));
        return Objects.requireNonNull(text.toString());
    }
}
