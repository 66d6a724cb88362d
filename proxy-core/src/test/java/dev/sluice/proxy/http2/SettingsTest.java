package dev.sluice.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9113 §6.5.2, RFC 8441 §3. */
class SettingsTest {
    @ParameterizedTest
    @CsvSource({
        "2, 2, PROTOCOL_ERROR, SETTINGS_ENABLE_PUSH cannot be 2",
        "4, 2147483648, FLOW_CONTROL_ERROR, SETTINGS_INITIAL_WINDOW_SIZE cannot be 2147483648",
        "5, 16383, PROTOCOL_ERROR, SETTINGS_MAX_FRAME_SIZE cannot be 16383",
        "5, 16777216, PROTOCOL_ERROR, SETTINGS_MAX_FRAME_SIZE cannot be 16777216",
        "8, 2, PROTOCOL_ERROR, SETTINGS_ENABLE_CONNECT_PROTOCOL cannot be 2",
    })
    void aValueThatASettingCannotHaveIsAnErrorOfTheConnection(int id, long value, ErrorCode code, String why) {
        assertThatThrownBy(() -> Settings.INITIAL.with(id, value))
                .hasMessage(why)
                .isInstanceOfSatisfying(Http2Exception.class, fault -> {
                    assertThat(fault.code()).isEqualTo(code);
                    assertThat(fault.stream()).isZero();
                });
    }

    @Test
    void eachSettingChangesItself() throws Exception {
        Settings all = Settings.INITIAL
                .with(1, 0)
                .with(2, 0)
                .with(3, 100)
                .with(4, Integer.MAX_VALUE)
                .with(5, 16_777_215)
                .with(6, 4_294_967_295L)
                .with(8, 1);
        assertThat(all).isEqualTo(new Settings(0, false, 100, Integer.MAX_VALUE, 16_777_215, Integer.MAX_VALUE, true));
        assertThat(all.with(7, 5).with(0xffff, 6)).isEqualTo(all);
        assertThat(Settings.INITIAL.with(5, 16_384)).isEqualTo(Settings.INITIAL);
        assertThat(all.with(2, 1).push()).isTrue();
    }

    @Test
    void extendedConnectCannotBeTakenBack() throws Exception {
        assertThat(Settings.INITIAL.with(8, 0)).isEqualTo(Settings.INITIAL);
        assertThatThrownBy(() -> Settings.INITIAL.with(8, 1).with(8, 0)).isInstanceOf(Http2Exception.class);
    }
}
