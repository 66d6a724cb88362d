package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class JvmPropertiesTest {
    private final Properties properties = new Properties();

    @Test
    void anUnsetPropertyIsSet() {
        JvmProperties.apply(properties);

        assertThat(properties)
                .containsEntry("jdk.httpclient.keepalive.timeout", "4")
                .containsEntry("jdk.httpclient.disableRetryConnect", "true")
                .containsEntry("jdk.httpclient.allowRestrictedHeaders", "host")
                .containsEntry("sun.net.httpserver.nodelay", "true")
                .containsEntry("sun.net.httpserver.maxIdleConnections", "10000")
                .hasSize(JvmProperties.ALL.size());
    }

    @Test
    void aSetPropertyIsKept() {
        properties.setProperty("sun.net.httpserver.nodelay", "false");
        JvmProperties.apply(properties);

        assertThat(properties).containsEntry("sun.net.httpserver.nodelay", "false");
    }

    @Test
    void settingPropertiesCanBeSwitchedOff() {
        properties.setProperty("sluice.jvmProperties", "off");
        JvmProperties.apply(properties);

        assertThat(properties).hasSize(1);
    }

    @Test
    void aTransportThatHasSentHasAppliedThem() {
        JdkTransport.hostHeaderAllowed();

        assertThat(System.getProperties())
                .containsKeys(JvmProperties.ALL.stream()
                        .map(JvmProperties.Property::name)
                        .toArray());
    }
}
