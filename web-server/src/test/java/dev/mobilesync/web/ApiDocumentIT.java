package dev.mobilesync.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.api.OpenApiPaths;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** The documents of the API: served to everyone, and complete. {@code HttpContract} checks each exchange of the other tests. */
class ApiDocumentIT {

    private static final Path DOCUMENTS = Repository.file("common-messages/src/main/resources/api");

    private final WebServerFixture server = WebServerFixture.shared();
    private final ApiClient api = server.api();

    @Test
    void listsEachRouteOfControllers() {
        Set<String> routes = server.bean(RequestMappingHandlerMapping.class).getHandlerMethods().keySet().stream()
                .flatMap(ApiDocumentIT::routes)
                // The pictures' paths are configurable; the document has the default template.
                .map(route -> route.replace("/captures/**", "/captures/{examineeId}/sync_cap.jpg"))
                .filter(route -> !route.endsWith(" /error"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> documented = OpenApiPaths.documented().operations().stream()
                .map(operation -> operation.method() + " " + operation.path())
                .filter(route -> !route.startsWith("get /api-docs/"))
                .filter(route -> !Set.of("get /livez", "get /readyz").contains(route))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).isEqualTo(routes).isNotEmpty();
    }

    private static Stream<String> routes(RequestMappingInfo mapping) {
        Set<String> methods = mapping.getMethodsCondition().getMethods().stream()
                .map(method -> method.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return mapping.getPatternValues().stream().flatMap(path -> (methods.isEmpty() ? Set.of("any") : methods)
                .stream().map(method -> method + " " + path));
    }

    static Stream<String> documents() throws IOException {
        try (Stream<Path> files = Files.walk(DOCUMENTS)) {
            return files
                    .filter(Files::isRegularFile)
                    .map(file -> DOCUMENTS.relativize(file).toString())
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void servesDocumentToEveryone(String name) throws IOException {
        HttpResponse<String> response = api.get("/api-docs/" + name, "");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(Files.readString(DOCUMENTS.resolve(name)));
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api-docs/", "/api-docs/other.yaml", "/api-docs/schemas/", "/api-docs/%2e%2e/web-server.yml"})
    void servesNothingElse(String path) {
        assertThat(api.get(path, "").statusCode()).isIn(400, 404);
    }

    @Test
    void otherPathsNeedToken() {
        WebServerFixture.assertProblem(api.get("/api-docs", ""), ErrorCode.NOT_FOUND, 404);
        WebServerFixture.assertProblem(api.get("/openapi.yaml", ""), ErrorCode.UNAUTHENTICATED, 401);
    }
}
