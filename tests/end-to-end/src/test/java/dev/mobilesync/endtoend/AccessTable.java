package dev.mobilesync.endtoend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The access rules. {@link AccessMatrixIT} tests each case of the tables; docs/security.md contains the same tables.
 */
final class AccessTable {

    private static final String REST = """
            | caller                      | upload | picture | board | record | pairing | redeem | pages | web actuator | socket actuator | management |
            | no token                    | 401    | 401     | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | expired token               | 401    | 401     | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | wrong signature             | 401    | 401     | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | alg none                    | 401    | 401     | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | wrong audience              | 401    | 401     | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | unknown role                | 401    | 401     | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | role with a missing claim   | 401    | 401     | 401   | 401    | 401     | 200    | 200   | 401          | 401             | 200        |
            | device, own                 | 201    | 404     | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | device of another examinee  | 403    | 404     | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | device, another device id   | 403    | 404     | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | device of another plan      | 403    | 404     | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | device, replaced by pairing | 401    | 404     | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | examinee, own               | 403    | 404     | 403   | 200    | 201     | 200    | 200   | 404          | 401             | 200        |
            | examinee, another           | 403    | 404     | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | examinee of another plan    | 403    | 404     | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            | proctor of the plan         | 403    | 200     | 200   | 200    | 403     | 200    | 200   | 404          | 401             | 200        |
            | proctor of another plan     | 403    | 404     | 403   | 403    | 403     | 200    | 200   | 404          | 401             | 200        |
            """;

    private static final String STOMP = """
            | caller                      | connect | topic | plan topic | wildcard | other topic | queue | user | wait | order | send to topic | send elsewhere |
            | no token                    | who     | who   | who        | who      | who         | who   | who  | who  | who   | who           | who            |
            | expired token               | who     | who   | who        | who      | who         | who   | who  | who  | who   | who           | who            |
            | wrong signature             | who     | who   | who        | who      | who         | who   | who  | who  | who   | who           | who            |
            | alg none                    | who     | who   | who        | who      | who         | who   | who  | who  | who   | who           | who            |
            | wrong audience              | who     | who   | who        | who      | who         | who   | who  | who  | who   | who           | who            |
            | unknown role                | who     | who   | who        | who      | who         | who   | who  | who  | who   | who           | who            |
            | role with a missing claim   | who     | who   | who        | who      | who         | who   | who  | who  | who   | who           | who            |
            | device, own                 | no      | no    | no         | no       | no          | no    | no   | no   | no    | no            | no             |
            | device of another examinee  | no      | no    | no         | no       | no          | no    | no   | no   | no    | no            | no             |
            | device, another device id   | no      | no    | no         | no       | no          | no    | no   | no   | no    | no            | no             |
            | device of another plan      | no      | no    | no         | no       | no          | no    | no   | no   | no    | no            | no             |
            | device, replaced by pairing | no      | no    | no         | no       | no          | no    | no   | no   | no    | no            | no             |
            | examinee, own               | yes     | yes   | no         | bad      | bad         | bad   | bad  | yes  | no    | bad           | bad            |
            | examinee, another           | yes     | no    | no         | bad      | bad         | bad   | bad  | no   | no    | bad           | bad            |
            | examinee of another plan    | yes     | no    | no         | bad      | bad         | bad   | bad  | no   | no    | bad           | bad            |
            | proctor of the plan         | yes     | no    | yes        | bad      | bad         | bad   | bad  | no   | yes   | bad           | bad            |
            | proctor of another plan     | yes     | no    | no         | bad      | bad         | bad   | bad  | no   | no    | bad           | bad            |
            """;

    private static final String REST_LEGEND =
            "`401` `UNAUTHENTICATED`, `403` `FORBIDDEN`, `404` `NOT_FOUND`, each as `application/problem+json`.";

    private static final String STOMP_LEGEND =
            "`who`: an `ERROR` frame with `UNAUTHENTICATED`, then close code 1008. `no`: `FORBIDDEN`, 1008. `bad`:"
                    + " `INVALID_REQUEST`, 1002: there is no such destination for anybody.";

    private static final List<List<AccessCase>> CASES = List.of(parse(REST), parse(STOMP));

    private AccessTable() {}

    /** The caller, relative to examinee E1 of plan PA with phone M1. The first seven claim the required role. */
    enum Caller {
        NO_TOKEN("no token"),
        EXPIRED("expired token"),
        WRONG_SIGNATURE("wrong signature"),
        ALG_NONE("alg none"),
        WRONG_AUDIENCE("wrong audience"),
        UNKNOWN_ROLE("unknown role"),
        MISSING_CLAIM("role with a missing claim"),
        DEVICE("device, own"),
        DEVICE_OF_ANOTHER_EXAMINEE("device of another examinee"),
        DEVICE_WITH_ANOTHER_ID("device, another device id"),
        DEVICE_OF_ANOTHER_PLAN("device of another plan"),
        DEVICE_REPLACED("device, replaced by pairing"),
        EXAMINEE("examinee, own"),
        ANOTHER_EXAMINEE("examinee, another"),
        EXAMINEE_OF_ANOTHER_PLAN("examinee of another plan"),
        PROCTOR("proctor of the plan"),
        PROCTOR_OF_ANOTHER_PLAN("proctor of another plan");

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
        PAIRING("`POST /api/v1/plans/PA/examinees/E1/pairings`"),
        REDEEM("`POST /api/v1/pairings/redeem` with a good code, which is all that counts"),
        PAGES(
                "`GET /capture`, `/exam/mobile-sync`, `/proctor` and what they load: the same for everybody, whatever token"),
        WEB_ACTUATOR("`GET /actuator/health` and others on web-server's public port: nothing is there"),
        SOCKET_ACTUATOR("the same on socket-server's public port"),
        MANAGEMENT("`GET /actuator/health` on the management port, which is not for the outside"),
        CONNECT("`CONNECT`"),
        TOPIC("`SUBSCRIBE /topic/plans/PA/examinees/E1/mobile-sync`"),
        PLAN_TOPIC("`SUBSCRIBE /topic/plans/PA/mobile-sync`"),
        WILDCARD("`SUBSCRIBE` with `*`, `**`, `#` or `>` in the destination"),
        OTHER_TOPIC("`SUBSCRIBE /topic/other`"),
        QUEUE("`SUBSCRIBE /queue/x`"),
        USER("`SUBSCRIBE /user/x`"),
        WAIT("`SEND /app/plans/PA/examinees/E1/mobile-sync/wait`"),
        ORDER("`SEND /app/plans/PA/examinees/E1/mobile-sync/order`"),
        SEND_TO_TOPIC("`SEND` to the examinee's and the plan's topic"),
        SEND_ELSEWHERE("`SEND` to any other destination, `/app/…` or not");

        private final String what;

        Endpoint(String what) {
            this.what = what;
        }

        private String title() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        }

        static Endpoint of(String title) {
            return valueOf(title.toUpperCase(java.util.Locale.ROOT).replace(' ', '_'));
        }
    }

    /**
     * One cell of the tables.
     *
     * @param answer as in the table
     */
    record AccessCase(Caller caller, Endpoint endpoint, String answer) {

        boolean isAllowed() {
            return answer.equals("yes") || answer.startsWith("2");
        }

        /** The error code of a refusal. */
        String code() {
            return switch (answer) {
                case "401", "who" -> "UNAUTHENTICATED";
                case "403", "no" -> "FORBIDDEN";
                case "404" -> "NOT_FOUND";
                case "bad" -> "INVALID_REQUEST";
                default -> throw new IllegalStateException(this + " is no refusal");
            };
        }

        @Override
        public String toString() {
            return caller.title + ", " + endpoint.title() + ": " + answer;
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
                .append(endpoint.what)
                .append('\n'));
        text.append('\n').append(legend).append("\n\n| |");
        endpoints.forEach(endpoint -> text.append(' ').append(endpoint.title()).append(" |"));
        text.append("\n|---").append("|---".repeat(endpoints.size())).append("|\n");
        rows.forEach((caller, row) -> text.append("| ")
                .append(caller.title)
                .append(" | ")
                .append(row.stream()
                        .map(access -> access.isAllowed() ? "**" + access.answer + "**" : access.answer)
                        .collect(Collectors.joining(" | ")))
                .append(" |\n"));
        return Objects.requireNonNull(text.toString());
    }
}
