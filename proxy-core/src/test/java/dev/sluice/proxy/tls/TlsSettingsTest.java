package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TlsSettingsTest {
    @Test
    void parametersAreCopiedOnTheirWayInAndOut() throws Exception {
        SSLParameters given = new SSLParameters();
        given.setProtocols(new String[] {"TLSv1.3"});
        given.setNeedClientAuth(true);
        TlsSettings settings = TlsSettings.of(SSLContext.getDefault(), given);

        given.setProtocols(new String[] {"TLSv1.2"});
        given.setNeedClientAuth(false);
        settings.parameters().setProtocols(new String[] {"TLSv1"});

        assertThat(settings.parameters().getProtocols()).containsExactly("TLSv1.3");
        assertThat(settings.parameters().getNeedClientAuth()).isTrue();
    }

    @Test
    void aCopyHasEverything() throws Exception {
        SSLParameters given = new SSLParameters(new String[] {"TLS_AES_128_GCM_SHA256"}, new String[] {"TLSv1.3"});
        given.setWantClientAuth(true);
        given.setApplicationProtocols(new String[] {"http/1.1"});
        given.setEndpointIdentificationAlgorithm("");
        given.setServerNames(List.of(new SNIHostName("a.test")));
        given.setUseCipherSuitesOrder(false);
        given.setMaximumPacketSize(4096);
        given.setEnableRetransmissions(false);

        SSLParameters copy = TlsSettings.of(SSLContext.getDefault(), given).parameters();

        assertThat(everythingIn(copy)).isEqualTo(everythingIn(given)).hasSizeGreaterThan(10);
    }

    private static Map<String, String> everythingIn(SSLParameters parameters) throws Exception {
        Map<String, String> found = new TreeMap<>();
        for (Method getter : SSLParameters.class.getMethods()) {
            if (getter.getName().startsWith("get") && getter.getParameterCount() == 0) {
                Object value = getter.invoke(parameters);
                boolean array = value instanceof Object[];
                found.put(getter.getName(), array ? Arrays.toString((Object[]) value) : String.valueOf(value));
            }
        }
        return found;
    }

    @Test
    void groupsOfLaterJdksAreCopied() throws Exception {
        if (Runtime.version().feature() < 20) {
            return;
        }
        SSLParameters given = new SSLParameters();
        String[] groups = {"x25519"};
        SSLParameters.class.getMethod("setNamedGroups", String[].class).invoke(given, (Object) groups);

        SSLParameters copy = TlsSettings.of(SSLContext.getDefault(), given).parameters();

        assertThat((String[]) SSLParameters.class.getMethod("getNamedGroups").invoke(copy))
                .containsExactly("x25519");
    }

    @Test
    void withoutParametersTheContextDecides() throws Exception {
        assertThat(TlsSettings.of(SSLContext.getDefault()).parameters()).isNull();
    }

    @Test
    void refusesWhatNoHandshakeCouldUse() throws Exception {
        SSLContext context = SSLContext.getDefault();
        refused("TLS context must be initialized", () -> TlsSettings.of(SSLContext.getInstance("TLS")));
        refused("\"TLSv9\"", () -> TlsSettings.of(context, new SSLParameters(null, new String[] {"TLSv1.3", "TLSv9"})));
        refused("\"TLS_FOO\"", () -> TlsSettings.of(context, new SSLParameters(new String[] {"TLS_FOO"})));
    }

    private static void refused(String part, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(part);
    }
}
