package dev.mobilesync.service.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTests {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "::ffff:192.0.2.7, 192.0.2.7",
        "2001:db8:1:2:aaaa::1, 20010db800010002::/64",
        "2001:db8:1:2:bbbb:1:2:3, 20010db800010002::/64",
        "2001:db8:1:3::1, 20010db800010003::/64",
        "fe80:0:0:0:1:2:3:4%eth0, fe80000000000000::/64",
        "not:an:address, not:an:address",
        "some.name, some.name"
    })
    void groupsEachCustomer(String address, String key) {
        assertThat(ClientAddress.key(address)).isEqualTo(key);
    }

    @Test
    void groupsAddressesByCustomerNetwork() {
        assertThat(ClientAddress.networks("2001:db8:1:2:aaaa::1"))
                .containsExactly("20010db800010002::/64", "20010db8000100::/56", "20010db80001::/48");
        assertThat(ClientAddress.networks("192.0.2.7")).containsExactly("192.0.2.7");
        assertThat(ClientAddress.networks("::ffff:192.0.2.7")).containsExactly("192.0.2.7");
    }
}
