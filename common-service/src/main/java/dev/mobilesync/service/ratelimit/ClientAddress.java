package dev.mobilesync.service.ratelimit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Keys of rate limits by client address. */
public final class ClientAddress {

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_NETWORK_BYTES = 8;
    private static final List<Integer> IPV6_CUSTOMER_BYTES = List.of(IPV6_NETWORK_BYTES, 7, 6);

    private ClientAddress() {}

    /**
     * Returns the key of one client: its IPv4 address, or its IPv6 /64 network.
     *
     * @param remoteAddress an IP address as text. Any other text, such as a host name or an obfuscated identifier of a
     *     {@code Forwarded} header, is one client of its own and is not resolved
     */
    public static String key(String remoteAddress) {
        return networks(remoteAddress).get(0);
    }

    /**
     * Returns the networks that one client may control, smallest first: its IPv4 address, or its IPv6 /64, /56 and /48.
     *
     * @param remoteAddress an IP address as text. Any other text, such as a host name or an obfuscated identifier of a
     *     {@code Forwarded} header, is one client of its own and is not resolved
     */
    public static List<String> networks(String remoteAddress) {
        if (!remoteAddress.matches("[0-9a-fA-F:.%]+.*") || remoteAddress.indexOf(':') < 0) {
            return List.of(remoteAddress);
        }
        try {
            int zone = remoteAddress.indexOf('%');
            byte[] address = InetAddress.getByName(zone < 0 ? remoteAddress : remoteAddress.substring(0, zone))
                    .getAddress();
            // InetAddress converts an IPv4-mapped IPv6 address to IPv4.
            return address.length == IPV4_BYTES
                    ? List.of(InetAddress.getByAddress(address).getHostAddress())
                    : IPV6_CUSTOMER_BYTES.stream()
                            .map(bytes -> network(address, bytes))
                            .toList();
        } catch (UnknownHostException e) {
            return List.of(remoteAddress);
        }
    }

    private static String network(byte[] address, int bytes) {
        return HexFormat.of().formatHex(Arrays.copyOf(address, bytes)) + "::/" + bytes * Byte.SIZE;
    }
}
