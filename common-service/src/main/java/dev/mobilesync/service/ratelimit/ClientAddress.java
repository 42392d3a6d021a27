package dev.mobilesync.service.ratelimit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Addresses of clients, as they are limited. */
public final class ClientAddress {

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_NETWORK_BYTES = 8;
    private static final List<Integer> IPV6_CUSTOMER_BYTES = List.of(IPV6_NETWORK_BYTES, 7, 6);

    private ClientAddress() {}

    /**
     * What one client's requests have in common: its address or, of IPv6, the network of 2^64 addresses that one
     * customer gets.
     *
     * @param remoteAddress as {@code HttpServletRequest.getRemoteAddr()} gives it: digits, never a name
     */
    public static String key(String remoteAddress) {
        return networks(remoteAddress).get(0);
    }

    /**
     * The networks of one client, from small to large: of IPv6 the /64, the /56 and the /48, any of which one customer may
     * have; of IPv4 the address alone.
     *
     * @param remoteAddress as {@code HttpServletRequest.getRemoteAddr()} gives it: digits, never a name
     */
    public static List<String> networks(String remoteAddress) {
        if (!remoteAddress.matches("[0-9a-fA-F:.%]+.*") || remoteAddress.indexOf(':') < 0) {
            return List.of(remoteAddress);
        }
        try {
            int zone = remoteAddress.indexOf('%');
            byte[] address = InetAddress.getByName(zone < 0 ? remoteAddress : remoteAddress.substring(0, zone))
                    .getAddress();
            // An IPv4 address in IPv6's clothes comes out as IPv4.
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
