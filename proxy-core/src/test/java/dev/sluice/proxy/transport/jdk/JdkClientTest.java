package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.tls.TlsSettings;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JdkClientTest {
    private final JdkClient client = new JdkClient(JdkTransport.builder());

    @Test
    void upstreamsWithTheSameSettingsShareAClientThatEndsWithThem() throws Exception {
        JdkClients clients = new JdkClients(JdkTransport.builder());
        TlsSettings settings = TlsSettings.builder().build();
        JdkClient own = clients.use(settings);
        assertThat(clients.use(settings)).isSameAs(own).isNotSameAs(clients.use(null));
        assertThat(clients.use(TlsSettings.builder().build())).isNotSameAs(own);
        assertThat(clients.others()).isEqualTo(2);
        own.leave();
        assertThat(clients.use(settings)).isSameAs(own);
        own.leave();
        own.leave();
        assertThat(clients.others()).isEqualTo(1);

        clients.close();
        assertThatThrownBy(() -> clients.use(settings).get()).isInstanceOf(ProxyException.class);
    }

    @Test
    void oneClientIsSharedAndEndsWithItsLastUser() throws Exception {
        client.use();
        client.use();
        HttpClient first = client.get();
        client.leave();
        assertThat(client.get()).isSameAs(first);
        client.leave();
        client.use();

        assertThat(client.get()).isNotSameAs(first);
        client.close();
    }

    @Test
    void laterChangesOfItsBuilderHaveNoEffect() throws Exception {
        JdkTransport.Builder builder = JdkTransport.builder().connectTimeout(Duration.ofSeconds(1));
        JdkClient made = new JdkClient(builder);
        builder.connectTimeout(Duration.ofSeconds(2)).version(HttpVersion.HTTP_2);

        assertThat(made.version()).isEqualTo(HttpVersion.HTTP_1_1);
        assertThat(made.get().connectTimeout()).contains(Duration.ofSeconds(1));
        made.close();
    }

    /** Its threads may outlive its creator, such as an application that is reloaded. */
    @Test
    void itsThreadsDoNotHoldTheCallersClassLoader() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader application = new URLClassLoader(new URL[0])) {
            Thread.currentThread().setContextClassLoader(application);
            client.get();

            assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(application);
            Set<Thread> begun = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread ->
                            !before.contains(thread) && thread.getName().startsWith("HttpClient-"))
                    .collect(Collectors.toSet());
            assertThat(begun).isNotEmpty().noneMatch(thread -> thread.getContextClassLoader() == application);
        } finally {
            Thread.currentThread().setContextClassLoader(own);
            client.close();
        }
    }
}
