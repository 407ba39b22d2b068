//! A C program with any bytes: everything is called as the header allows it, and nothing may fail other than with a
//! code.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::multiple_unsafe_ops_per_block)]

use core::ffi::{c_char, c_void};
use core::ptr::{null, null_mut};

use zems_c::*;

/// Bytes that decide what is called, in order.
struct Input<'b>(&'b [u8]);

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let Some((byte, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *byte
    }

    fn word(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    fn code(&mut self) -> u32 {
        // Mostly codes that mean something.
        const CODES: [u32; 16] = [
            0x0202_0001,
            0x01FF_0002,
            0x0103_0003,
            0x25FF_FF03,
            0x2500_FF03,
            0x2700_FF02,
            0x1F00_FBF0,
            0x0902_FE4C,
            0x1D04_FE45,
            0x1D04_FE43,
            0x1D04_FE41,
            0x2708_FE46,
            0x0A02_FE4A,
            0x1D04_FE48,
            0x0B02_FC17,
            0x1D04_FBE6,
        ];
        match self.byte() {
            choice @ 0..=199 => CODES[usize::from(choice) % CODES.len()],
            _ => u32::from(self.word()) << 16 | u32::from(self.word()),
        }
    }
}

/// Calls that read the bytes as buffers, as a filter and as JSON.
pub(crate) fn read(bytes: &[u8]) {
    // SAFETY: the arguments are as the header wants them: pointers with their lengths, and places for results.
    unsafe {
        let site = zems_site_shipped();
        let mut error = null_mut();
        let mut event = null_mut();
        if zems_event_parse(site, bytes.as_ptr(), bytes.len(), &mut event, &mut error) == ZemsCode::Ok {
            look_at(site, event, bytes);
        } else {
            let offset = zems_error_offset(error);
            assert!(offset >= 0 && offset <= i64::try_from(bytes.len()).unwrap(), "{offset}");
        }
        zems_error_free(error);

        let mut reader = null_mut();
        zems_reader_memory(site, bytes.as_ptr(), bytes.len(), null(), &mut reader, null_mut());
        let mut calls = 0;
        loop {
            let mut event = null_mut();
            let code = zems_reader_next(reader, &mut event, null_mut());
            zems_event_free(event);
            if code == ZemsCode::End {
                break;
            }
            calls += 1;
            assert!(calls <= 2 * bytes.len() + 2, "the reader does not end");
        }
        zems_reader_free(reader);

        let mut filter = null_mut();
        let text = bytes.as_ptr().cast::<c_char>();
        zems_filter_new(site, c"any".as_ptr(), text, bytes.len(), null(), 0, &mut filter, null_mut());
        zems_filter_free(filter);
        let mut event = null_mut();
        zems_event_from_json(site, text, bytes.len(), &mut event, null_mut());
        zems_event_free(event);
        zems_site_free(site);
    }
}

/// # Safety
/// Site and event are handles.
unsafe fn look_at(site: *mut ZemsSite, event: *mut ZemsEvent, bytes: &[u8]) {
    // SAFETY: as in `read`.
    unsafe {
        let mut walk = null_mut();
        assert_eq!(zems_walk_new(event, &mut walk, null_mut()), ZemsCode::Ok);
        let mut token = core::mem::MaybeUninit::uninit();
        let mut subjects = 0;
        let code = loop {
            let code = zems_walk_next(walk, token.as_mut_ptr(), null_mut());
            if code != ZemsCode::Ok {
                break code;
            }
            let token = token.assume_init_ref();
            assert!(token.offset < bytes.len());
            subjects += usize::from(token.is_subject);
            let mut text = null_mut();
            assert_eq!(zems_token_text(event, token, &mut text, null_mut()), ZemsCode::Ok);
            zems_string_free(text);
        };
        zems_walk_free(walk);
        if code == ZemsCode::End {
            // The walk and the event agree about subjects.
            let mut header = core::mem::MaybeUninit::uninit();
            assert_eq!(zems_event_header(event, header.as_mut_ptr(), null_mut()), ZemsCode::Ok);
            if header.assume_init_ref().is_event {
                let more = zems_event_subject(event, subjects + 1, token.as_mut_ptr(), null_mut());
                assert_eq!(more, ZemsCode::Missing);
                if subjects > 0 {
                    let last = zems_event_subject(event, subjects, token.as_mut_ptr(), null_mut());
                    assert_eq!(last, ZemsCode::Ok);
                }
            }
            let (mut line, mut again) = (null_mut(), null_mut());
            assert_eq!(zems_event_json(event, true, &mut line, null_mut()), ZemsCode::Ok);
            let length = core::ffi::CStr::from_ptr(line).count_bytes();
            if zems_event_from_json(site, line, length, &mut again, null_mut()) == ZemsCode::Ok {
                let mut length = 0;
                let data = zems_event_bytes(again, &mut length);
                assert_eq!(core::slice::from_raw_parts(data, length), bytes);
            }
            zems_event_free(again);
            zems_string_free(line);
        }
        let mut text = null_mut();
        zems_event_line(event, &mut text, null_mut());
        zems_string_free(text);
        zems_event_name(event);
        zems_event_severity(event);
        zems_event_free(event);
    }
}

/// Any puts of a builder; what it finishes can be read.
pub(crate) fn build(bytes: &[u8]) {
    let mut input = Input(bytes);
    // SAFETY: as in `read`.
    unsafe {
        let ssid = ZemsSsid { bytes: *b"ACME    \0\x07\0\0" };
        let mut new = core::mem::MaybeUninit::uninit();
        assert_eq!(zems_new_event_init(new.as_mut_ptr(), &ssid, 1, null_mut()), ZemsCode::Ok);
        let mut builder = null_mut();
        let code = input.code();
        let value = [7; 256];
        let length = usize::from(input.byte()).min(8);
        if zems_builder_new(
            null(),
            new.as_ptr(),
            null(),
            code,
            value.as_ptr(),
            length,
            &mut builder,
            null_mut(),
        ) != ZemsCode::Ok
        {
            return;
        }
        while !input.0.is_empty() {
            let (operation, code, length) = (input.byte(), input.code(), usize::from(input.byte()));
            let before = zems_builder_length(builder);
            let result = match operation % 6 {
                0 => zems_builder_put(builder, null(), code, value.as_ptr(), length, null_mut()),
                1 => zems_builder_subject(builder, &ssid, code, value.as_ptr(), length, null_mut()),
                2 => {
                    zems_builder_put_integer(builder, null(), code, i64::from(input.word()) - 300, null_mut())
                }
                3 => zems_builder_begin_list(builder, null(), code, null_mut()),
                4 => zems_builder_end_list(builder, null_mut()),
                _ => zems_builder_put_table(builder, null(), code, value.as_ptr(), length % 9, 3, null_mut()),
            };
            if result != ZemsCode::Ok {
                assert_eq!(zems_builder_length(builder), before, "a refusal leaves the event as it was");
            }
        }
        let mut event = null_mut();
        if zems_builder_finish(builder, &mut event, null_mut()) == ZemsCode::Ok {
            let mut length = 0;
            let data = zems_event_bytes(event, &mut length);
            let built = zems::ems::Event::parse(core::slice::from_raw_parts(data, length)).unwrap();
            built.buffer().walk().try_for_each(|visit| visit.map(drop)).unwrap();
            assert!(built.subjects().next().is_some());
        }
        zems_event_free(event);
    }
}

/// Any calls of the procedures on any bytes.
pub(crate) fn procedures(bytes: &[u8]) {
    let mut input = Input(bytes);
    // The longest buffer, so that every declared length is there. One value is followed by what a length word can say.
    let mut buffer = vec![0_u8; 1 << 16];
    let mut other = vec![0_u8; 1 << 16];
    let mut value = vec![0_u8; 1 << 23];
    let ssid = ZemsSsid { bytes: *b"ACME    \0\x07\0\0" };
    // SAFETY: as in `read`; buffers and values are longer than any length that two bytes can say, of as many values as are
    // asked for.
    unsafe {
        let first = input.byte();
        let place: *mut c_void = buffer.as_mut_ptr().cast();
        if first.is_multiple_of(2) {
            assert_eq!(SSINIT(place, 4000, &ssid, 0, 1, 0, 0, 0, 0, 0), 0);
        } else {
            let length = input.0.len().min(buffer.len());
            buffer[..length].copy_from_slice(&input.0[..length]);
        }
        SSINIT(other.as_mut_ptr().cast(), 500, &ssid, 0, 1, 0, 0, 0, 0, 0);
        while !input.0.is_empty() {
            let (operation, code) = (input.byte(), input.code());
            let front = input.word();
            value[..2].copy_from_slice(&(front % 600).to_be_bytes());
            value[2..4].copy_from_slice(&input.word().to_be_bytes());
            let data: *mut c_void = value.as_mut_ptr().cast();
            let index = i16::from(input.byte() % 6) - 1;
            let mut count = u16::from(input.byte() % 5);
            let mut of = ssid;
            let status = match operation % 9 {
                0 | 1 => SSPUTTKN(place, code, data, index, null()),
                2 => SSGETTKN(place, code, data, index, &mut count, &mut of),
                3 => SSGETTKN(place, code, data, index, null_mut(), null_mut()),
                4 => EMSGETTKN(place, code, data, index, &mut count, null_mut()),
                5 => SSMOVETKN(code, place, index, other.as_mut_ptr().cast(), index, &mut count, null()),
                6 => EMSINIT(place, 4024, &ssid, 5, code, data, index, null(), 0),
                7 => EMSADDSUBJECT(place, code, data, index, &ssid),
                _ => {
                    let none = (0, null(), 0);
                    EMSADDTOKENS(
                        place,
                        null(),
                        code,
                        data,
                        index,
                        none.0,
                        none.1,
                        none.2,
                        none.0,
                        none.1,
                        none.2,
                        none.0,
                        none.1,
                        none.2,
                    )
                }
            };
            assert!((-37..=0).contains(&status) && status != -7, "{status}");
        }
    }
}
