package dev.mobilesync.socket.http;

import dev.mobilesync.service.properties.ServiceProperties;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Accepts {@code X-Forwarded-For}, {@code -Proto} and {@code -Port} from the trusted proxies only, by the rules of Tomcat's
 * {@code RemoteIpValve}, which web-server uses: the client is the last address that is no trusted proxy.
 */
@Component
final class TrustedProxies {

    private final List<IpSubnetFilterRule> networks;

    TrustedProxies(ServiceProperties properties) {
        this.networks = properties.proxyNetworks().stream()
                .map(network -> new IpSubnetFilterRule(network, IpFilterRuleType.ACCEPT))
                .toList();
    }

    /**
     * @param peer the other end of the TCP connection
     * @param scheme the scheme of the TCP connection
     */
    ForwardedClient resolve(InetAddress peer, String scheme, HttpHeaders headers) {
        List<String> addresses = isTrusted(peer) ? forwardedAddresses(headers) : List.of();
        if (addresses.isEmpty()) {
            return new ForwardedClient(peer.getHostAddress(), scheme, null);
        }
        int client = addresses.size() - 1;
        while (client > 0 && isTrusted(addresses.get(client))) {
            client--;
        }
        String forwardedScheme = headers.get("X-Forwarded-Proto");
        if (forwardedScheme == null) {
            return new ForwardedClient(addresses.get(client), scheme, null);
        }
        // A list has the scheme of each hop.
        boolean secure = Arrays.stream(forwardedScheme.split(",", -1))
                .allMatch(each -> each.strip().equalsIgnoreCase("https"));
        return new ForwardedClient(
                addresses.get(client), secure ? "https" : "http", port(headers.get("X-Forwarded-Port"), secure));
    }

    private static List<String> forwardedAddresses(HttpHeaders headers) {
        List<String> addresses = new ArrayList<>();
        for (String value : headers.getAll("X-Forwarded-For")) {
            for (String address : value.split(",")) {
                if (!address.isBlank()) {
                    addresses.add(address.strip());
                }
            }
        }
        return addresses;
    }

    private static Integer port(@Nullable String header, boolean secure) {
        return header != null && header.matches("\\d{1,5}") ? Integer.valueOf(header) : secure ? 443 : 80;
    }

    private boolean isTrusted(String address) {
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        return parsed != null && isTrusted(parsed);
    }

    private boolean isTrusted(InetAddress address) {
        InetSocketAddress socket = new InetSocketAddress(address, 0);
        return networks.stream().anyMatch(network -> network.matches(socket));
    }
}
