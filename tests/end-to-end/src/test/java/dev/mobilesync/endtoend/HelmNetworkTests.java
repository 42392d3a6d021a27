package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Repository;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ingress and the network policies of the chart. */
class HelmNetworkTests {

    private static final HelmManifests SMALL = HelmChart.render(HelmChart.SMALL);

    @Test
    void deniesByDefault() {
        List<NetworkPolicy> policies = SMALL.all(NetworkPolicy.class);
        NetworkPolicy deny = policies.get(0);
        assertThat(deny.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(deny.getSpec().getIngress()).isEmpty();
        assertThat(deny.getSpec().getEgress()).isEmpty();
        SMALL.deployments().values().forEach(pod -> assertThat(isSelected(deny, HelmManifests.podLabels(pod)))
                .isTrue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web-server    | 8080 9080 | 53 5672 6379 443",
                "state-manager | 8082      | 53 5672 6379",
                "socket-server | 8081 9081 | 53 5672 6379"
            })
    void permitsOnlyWhatIsNeeded(String service, String ingress, String egress) {
        Map<String, String> pod = HelmManifests.podLabels(SMALL.deployment(service));
        List<NetworkPolicy> policies = SMALL.all(NetworkPolicy.class).stream()
                .filter(policy -> isSelected(policy, pod))
                .toList();
        assertThat(ports(policies.stream()
                        .flatMap(policy -> policy.getSpec().getIngress().stream())
                        .flatMap(rule -> rule.getPorts().stream())))
                .isEqualTo(numbers(ingress));
        assertThat(ports(policies.stream()
                        .flatMap(policy -> policy.getSpec().getEgress().stream())
                        .flatMap(rule -> rule.getPorts().stream())))
                .isEqualTo(numbers(egress));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "store: { endpoint: 'http://store:9000' }              | 9000",
                "store: { endpoint: 'http://store' }                   | 80",
                "redis: { clusterNodes: 'a:7000,b:7001,c:7000' }       | 7000 7001",
                "rabbitmq: { tls: true, addresses: 'a:5671,b:5671' }   | 5671",
                "networkPolicy: { store: { ports: [9443] } }           | 9443",
                "networkPolicy: { collector: { to: [{ ipBlock: { cidr: 10.40.0.0/24 } }] } } | 4318",
                "{ webhooks: { existingSecret: a }, networkPolicy: { webhooks: { to: [{ ipBlock: { cidr: 10.50.0.0/24 } }], ports: [8443] } } } | 8443",
                "networkPolicy: { redis: { ports: [16379, 16380] } }   | 16379 16380"
            })
    void permitsPortsOfAddresses(String values, String expected) {
        Set<Integer> permitted = ports(HelmChart.render(HelmChart.SMALL, values).all(NetworkPolicy.class).stream()
                .flatMap(policy -> policy.getSpec().getEgress().stream())
                .flatMap(rule -> rule.getPorts().stream()));
        assertThat(permitted).containsAll(numbers(expected)).hasSizeLessThanOrEqualTo(5);
    }

    private static boolean isSelected(NetworkPolicy policy, Map<String, String> pod) {
        return pod.entrySet()
                .containsAll(policy.getSpec().getPodSelector().getMatchLabels().entrySet());
    }

    private static Set<Integer> ports(Stream<NetworkPolicyPort> ports) {
        Set<Integer> numbers = new TreeSet<>();
        ports.forEach(port -> numbers.add(port.getPort().getIntVal()));
        return numbers;
    }

    private static Set<Integer> numbers(String numbers) {
        Set<Integer> parsed = new TreeSet<>();
        for (String number : numbers.split(" ")) {
            parsed.add(Integer.valueOf(number));
        }
        return parsed;
    }

    @Test
    void routesWebSocketsToSocketServer() {
        Ingress ingress = SMALL.only(Ingress.class);
        List<HTTPIngressPath> paths =
                ingress.getSpec().getRules().get(0).getHttp().getPaths();
        assertThat(paths)
                .extracting(path -> path.getPathType() + " " + path.getPath() + " "
                        + path.getBackend().getService().getName() + " "
                        + path.getBackend().getService().getPort().getName())
                .containsExactly("Exact /ws mobile-sync-socket-server http", "Prefix / mobile-sync-web-server http");
        assertThat(SMALL.deployments().keySet()).contains("web-server", "socket-server");
        assertThat(SMALL.environment("web-server"))
                .containsEntry("MOBILE_SYNC_PAGES_SOCKET_URL", "/ws")
                .containsEntry(
                        "MOBILE_SYNC_PUBLIC_URL",
                        "https://" + ingress.getSpec().getRules().get(0).getHost())
                .containsEntry("MOBILE_SYNC_TRUSTED_PROXIES", "10.244.0.0/16");
        assertThat(ingress.getSpec().getTls()).singleElement().satisfies(tls -> assertThat(tls.getHosts())
                .containsExactly(ingress.getSpec().getRules().get(0).getHost()));
    }

    /** Both flavours of annotations have the limits of docker/nginx.conf, which {@link NginxIT} tests. */
    @ParameterizedTest
    @CsvSource({
        "f5-nginx, nginx.org/, client-max-body-size, s",
        "ingress-nginx, nginx.ingress.kubernetes.io/, proxy-body-size, ''"
    })
    void limitsLikeNginx(String controller, String prefix, String bodySize, String seconds) {
        Map<String, String> annotations = HelmChart.render(
                        HelmChart.SMALL, "ingress: { controller: " + controller + " }")
                .only(Ingress.class)
                .getMetadata()
                .getAnnotations();
        String readTimeout = nginx("proxy_read_timeout", "30s").replace("s", seconds);
        assertThat(annotations)
                .containsEntry(prefix + bodySize, nginx("client_max_body_size", "8m"))
                .containsEntry(prefix + "client-body-buffer-size", nginx("client_body_buffer_size", "8m"))
                .containsEntry(prefix + "proxy-max-temp-file-size", nginx("proxy_max_temp_file_size", "0"))
                .containsEntry(
                        prefix + "proxy-connect-timeout",
                        nginx("proxy_connect_timeout", "1s").replace("s", seconds))
                .containsEntry(prefix + "proxy-read-timeout", readTimeout)
                .containsEntry(prefix + "proxy-send-timeout", readTimeout)
                .containsEntry(
                        prefix + "proxy-next-upstream", nginx("proxy_next_upstream", "error timeout non_idempotent"))
                .containsEntry(prefix + "proxy-next-upstream-tries", nginx("proxy_next_upstream_tries", "2"));
    }

    /** Returns the value if docker/nginx.conf has this directive with it. */
    private static String nginx(String directive, String value) {
        Matcher line = Pattern.compile("(?m)^ *" + directive + " " + Pattern.quote(value) + ";$")
                .matcher(HelmChart.read(Repository.file("docker/nginx.conf")));
        assertThat(line.find())
                .as("%s %s in docker/nginx.conf", directive, value)
                .isTrue();
        return value;
    }
}
