package dev.sluice.proxy.auth;

import static dev.sluice.proxy.auth.Entering.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.Stage;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressesTest {
    private static final ClientAddresses OFFICE = ClientAddresses.builder()
            .allow("10.0.0.0/8")
            .allow("2001:db8::/32")
            .deny("10.0.0.13", "10.66.0.0/16")
            .build();
    private static final Authenticator ANN = BasicAuth.of("gate", Credentials.of("ann", "secret"));

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3,         200",
        "10.0.0.13,        403",
        "10.66.1.1,        403",
        "11.0.0.1,         403",
        "2001:db8::1,      200",
        "2001:db9::1,      403",
        "::ffff:10.1.2.3,  200",
        "::ffff:10.0.0.13, 403",
    })
    void aDenialGoesBeforeWhatIsAllowed(String address, int status) throws Exception {
        assertThat(Entering.through(OFFICE).from(address).status()).isEqualTo(status);
    }

    @Test
    void withoutAnythingAllowedAllMayEnterButThoseDenied() throws Exception {
        ProxyFilter rule = ClientAddresses.builder().deny("10.0.0.0/8").build();

        assertThat(Entering.through(rule).from("10.1.2.3").status()).isEqualTo(403);
        assertThat(Entering.through(rule).from("11.1.2.3").status()).isEqualTo(200);
    }

    @Test
    void theAddressIsThatOfTheClientBehindATrustedPeerOnly() throws Exception {
        // Entering trusts 192.0.2.0/24.
        assertThat(Entering.through(OFFICE).from("192.0.2.1").status("X-Forwarded-For", "10.1.2.3"))
                .isEqualTo(200);
        assertThat(Entering.through(OFFICE).from("192.0.2.1").status("X-Forwarded-For", "10.0.0.13"))
                .isEqualTo(403);
        assertThat(Entering.through(OFFICE).from("192.0.2.1").status()).isEqualTo(403);
        assertThat(Entering.through(OFFICE).from("11.0.0.1").status("X-Forwarded-For", "10.1.2.3"))
                .isEqualTo(403);
        assertThat(Entering.through(OFFICE).from("192.0.2.1").status("X-Forwarded-For", "10.1.2.3, 11.0.0.1"))
                .isEqualTo(403);
    }

    @Test
    void anAddressThatIsNotKnownIsRefused() throws Exception {
        Entering entering = Entering.through(ClientAddresses.builder().build());
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
        entering.client = entering.client.from(new Client(unknown, new InetSocketAddress(80), null));

        assertThat(entering.status()).isEqualTo(403);
    }

    @Test
    void nobodyIsAskedForAPasswordWhoseAddressMayNotEnter() throws Exception {
        Entering entering = Entering.through(Authentication.require(ANN), OFFICE);

        assertThat(entering.from("11.0.0.1").get("/").headers().has("WWW-Authenticate"))
                .isFalse();
        assertThat(entering.from("10.0.0.1").status()).isEqualTo(401);
        assertThat(OFFICE.stage()).isEqualTo(Stage.BEFORE_AUTHENTICATION);
    }

    @Test
    void anAddressMayDoInsteadOfAPasswordOrBeNeededToo() throws Exception {
        Entering either = Entering.by(Authenticator.anyOf(OFFICE, ANN));
        assertThat(either.from("10.0.0.1").status()).isEqualTo(200);
        assertThat(either.from("11.0.0.1").status()).isEqualTo(401);
        assertThat(either.from("11.0.0.1").status("Authorization", basic("ann:secret")))
                .isEqualTo(200);

        Entering both = Entering.by(Authenticator.allOf(OFFICE, ANN));
        assertThat(both.from("10.0.0.1").status()).isEqualTo(401);
        assertThat(both.from("10.0.0.1").user("Authorization", basic("ann:secret")))
                .isEqualTo("ann");
        assertThat(both.from("11.0.0.1").status("Authorization", basic("ann:secret")))
                .isEqualTo(403);
    }

    @Test
    void aCopyKeepsTheRules() throws Exception {
        ProxyFilter copy = OFFICE.toBuilder().deny("10.0.0.14").build();

        assertThat(Entering.through(copy).from("10.0.0.13").status()).isEqualTo(403);
        assertThat(Entering.through(copy).from("10.0.0.14").status()).isEqualTo(403);
        assertThat(Entering.through(OFFICE).from("10.0.0.14").status()).isEqualTo(200);
        assertThat(Entering.through(copy).from("11.0.0.14").status()).isEqualTo(403);
    }

    @Test
    void whatIsNoBlockIsRefused() {
        ClientAddresses.Builder builder = ClientAddresses.builder();

        assertThatThrownBy(() -> builder.allow("localhost")).hasMessageStartingWith("allow: not an IP address");
        assertThatThrownBy(() -> builder.deny("10.0.0.1/8")).hasMessageContaining("is 10.0.0.0/8 meant?");
        assertThatThrownBy(builder::allow).hasMessage("allow needs at least one value");
        assertThatThrownBy(builder::deny).hasMessage("deny needs at least one value");
    }
}
