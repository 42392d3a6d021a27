package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A query of deploy/grafana/mobile-sync.json.
 *
 * @param row the title of the row of panels
 * @param panel the title of the panel
 * @param expression in the language of Prometheus, with Grafana's variable {@code $__rate_interval}
 */
record DashboardQuery(String row, String panel, String expression) {

    static List<DashboardQuery> readAll() throws IOException {
        String file = Files.readString(Repository.file("deploy/grafana/mobile-sync.json"));
        List<DashboardQuery> queries = new ArrayList<>();
        String row = "";
        for (JsonNode panel : new JsonMapper().readTree(file).path("panels")) {
            String title = panel.path("title").asString();
            if (panel.path("type").asString().equals("row")) {
                row = title;
            }
            for (JsonNode target : panel.path("targets")) {
                queries.add(new DashboardQuery(row, title, target.path("expr").asString()));
            }
        }
        return queries;
    }
}
