package dev.sluice.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.Via;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the next server is told about the client, and what the client is told about the proxies. */
class MaskingTest {
    private static final String[] TELLING = {
        "Accept", "text/html",
        "Via", "1.1 desk.corp.example (Office 7)",
        "X-Forwarded-For", "192.168.7.7",
        "X-Forwarded-Host", "inner",
        "X_Forwarded_For", "192.168.7.7",
        "Forwarded", "for=192.168.7.7",
        "X-Real-IP", "192.168.7.7",
        "Client-IP", "192.168.7.7",
        "True-Client-IP", "192.168.7.7",
        "X_Client_IP", "192.168.7.7",
        "From", "me@corp.example",
        "Proxy-Connection", "keep-alive",
        "Connection", "X-Nominated",
        "X-Nominated", "1",
        "Cookie", "a=b",
    };

    private static Asking asking(ForwardProxyBuilder builder) {
        return new Asking(builder).from("203.0.113.9");
    }

    @Test
    void aTransparentProxyTellsTheClientsAddress() throws Exception {
        Asking asking = asking(ForwardProxy.builder().via(Via.of("here")));
        asking.get("http://a.example/", TELLING);

        assertThat(Asking.lines(asking.received())).isEqualTo("""
                        Accept: text/html
                        Via: 1.1 desk.corp.example (Office 7), 1.1 here
                        Client-IP: 192.168.7.7
                        True-Client-IP: 192.168.7.7
                        X_Client_IP: 192.168.7.7
                        From: me@corp.example
                        Cookie: a=b
                        X-Forwarded-For: 203.0.113.9
                        """);
    }

    @Test
    void anAnonymousProxyTellsThatThereAreProxies() throws Exception {
        Asking asking = asking(ForwardProxy.builder().masking(ForwardProxy.Masking.ANONYMOUS));
        asking.get("http://a.example/", TELLING);

        assertThat(Asking.lines(asking.received())).isEqualTo("""
                        Accept: text/html
                        Via: 1.1 proxy, 1.1 proxy
                        Cookie: a=b
                        """);
    }

    @Test
    void aSilentProxyTellsNothing() throws Exception {
        Asking asking = asking(ForwardProxy.builder().masking(ForwardProxy.Masking.SILENT));
        asking.get("http://a.example/", TELLING);

        assertThat(Asking.lines(asking.received())).isEqualTo("""
                        Accept: text/html
                        Cookie: a=b
                        """);
    }

    @ParameterizedTest
    @EnumSource(ForwardProxy.Masking.class)
    void aMaskedRequestShowsNothingOfTheClient(ForwardProxy.Masking masking) throws Exception {
        Asking asking = asking(ForwardProxy.builder().masking(masking));
        asking.get("http://a.example/");

        boolean shown = Asking.lines(asking.received()).contains("203.0.113.9");
        assertThat(shown).isEqualTo(masking == ForwardProxy.Masking.TRANSPARENT);
    }

    @Test
    void fieldsOfATrustedPeerAreUsed() throws Exception {
        Asking asking = asking(ForwardProxy.builder().trust("203.0.113.0/24").via(Via.OFF));
        asking.get("http://a.example/", "X-Forwarded-For", "10.9.9.9", "X-Forwarded-Host", "x", "Forwarded", "for=x");

        assertThat(Asking.lines(asking.received())).isEqualTo("X-Forwarded-For: 10.9.9.9, 203.0.113.9\n");
    }

    @Test
    void theResponseNamesThisProxyAndKeepsTheOthersNames() throws Exception {
        for (ForwardProxy.Masking masking : ForwardProxy.Masking.values()) {
            ForwardProxyBuilder builder = ForwardProxy.builder().masking(masking);
            Asking asking = asking(masking == ForwardProxy.Masking.TRANSPARENT ? builder.via(Via.of("here")) : builder);
            asking.origin.answer(request -> ProxyResponse.builder(200)
                    .version(HttpVersion.HTTP_1_0)
                    .headers(Headers.of(
                            "Via", "1.1 varnish (6.0)", "Location", "http://inner/", "Server", "x", "Keep-Alive", "5"))
                    .build());

            String received = Asking.lines(asking.get("http://a.example/").headers());
            String ours = masking == ForwardProxy.Masking.TRANSPARENT
                    ? ", 1.0 here"
                    : masking == ForwardProxy.Masking.SILENT ? "" : ", 1.0 proxy";
            assertThat(received).isEqualTo("Via: 1.1 varnish (6.0)" + ours + "\nLocation: http://inner/\nServer: x\n");
        }
    }

    @Test
    void aRequestThatHasPassedThisProxyIsALoop() {
        Asking asking = asking(ForwardProxy.builder().via(Via.of("here")));

        assertThatThrownBy(() -> asking.get("http://a.example/", "Via", "1.1 there, 1.1 here"))
                .isInstanceOfSatisfying(ProxyException.class, why -> {
                    assertThat(why.outcome()).isEqualTo(Outcome.LOOP);
                    assertThat(why.status()).isEqualTo(508);
                });
        assertThatThrownBy(() -> asking.connect("a.example:443", "Via", "1.1 here"))
                .isInstanceOf(ProxyException.class);
        assertThat(asking.origin.requests()).isEmpty();
    }

    @Test
    void aNeutralNameIsNotALoop() throws Exception {
        Asking asking = asking(ForwardProxy.builder().masking(ForwardProxy.Masking.ANONYMOUS));

        assertThat(asking.get("http://a.example/", "Via", "1.1 proxy").status()).isEqualTo(200);
    }

    @Test
    void anAnonymousProxyMayHaveItsOwnName() throws Exception {
        Asking asking = asking(
                ForwardProxy.builder().masking(ForwardProxy.Masking.ANONYMOUS).via(Via.of("gate")));
        asking.get("http://a.example/", "Via", "1.1 inner");

        assertThat(asking.received().all("Via")).containsExactly("1.1 gate, 1.1 gate");
    }

    @Test
    void aViaThatDoesNotFitTheMaskingIsRefused() {
        assertThatThrownBy(() -> ForwardProxy.builder()
                        .masking(ForwardProxy.Masking.SILENT)
                        .via(Via.of("x"))
                        .build())
                .hasMessageContaining("via")
                .hasMessageContaining("SILENT");
        assertThatThrownBy(() -> ForwardProxy.builder()
                        .masking(ForwardProxy.Masking.ANONYMOUS)
                        .via(Via.OFF)
                        .build())
                .hasMessageContaining("via")
                .hasMessageContaining("ANONYMOUS");
    }

    @Test
    void maxForwardsIsCountedForOptions() throws Exception {
        Asking asking = asking(ForwardProxy.builder());
        assertThat(asking.send("OPTIONS", "http://a.example/", "Max-Forwards", "0")
                        .headers()
                        .has("Allow"))
                .isTrue();
        assertThat(asking.origin.requests()).isEmpty();

        asking.send("OPTIONS", "http://a.example/", "Max-Forwards", "5");
        assertThat(asking.received().first("Max-Forwards")).hasValue("4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proxy-Authorization", "Proxy-Authenticate", "Proxy-Connection", "TE", "Keep-Alive"})
    void fieldsOfTheConnectionToTheProxyEndThere(String name) throws Exception {
        Asking asking = asking(ForwardProxy.builder());
        asking.get("http://a.example/", name, "x");

        assertThat(asking.received().has(name)).isFalse();
    }

    @Test
    void interimResponsesArePassedOn() throws Exception {
        Asking asking = asking(ForwardProxy.builder());
        asking.origin.answer(request -> {
            request.exchange().interim(103, Headers.of("Link", "</a.css>"));
            return ProxyResponse.of(200);
        });

        assertThat(asking.get("http://a.example/").interim()).containsExactly(103);
    }
}
