//! Looking up tokens beside a plain `HashMap<u64, usize>`, and what it costs to have a dictionary. Quote the ratios, not the
//! numbers.
#![allow(missing_docs, clippy::unwrap_used)]

use core::hint::black_box;
use std::collections::HashMap;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use zems::dictionary::{Dictionary, Loader, builtin};
use zems::spi::{Ssid, TokenCode};
use zems::text::NoLoader;

fn lookup_by_code(c: &mut Criterion) {
    let dictionary = Dictionary::builtin();
    let keys: Vec<(Ssid, TokenCode)> =
        dictionary.tokens().filter_map(|token| Some((token.owner_ssid()?, token.stored_code()))).collect();
    let map_key = |(ssid, code): &(Ssid, TokenCode)| {
        let number = u64::from(u16::from_be_bytes(ssid.number().to_be_bytes()));
        u64::from(u32::from(*code)) << 16 | number
    };
    let map: HashMap<u64, usize> = keys.iter().map(map_key).zip(0..).collect();
    let map_keys: Vec<u64> = keys.iter().map(map_key).collect();

    let mut group = c.benchmark_group("lookup by code");
    group.throughput(Throughput::Elements(u64::try_from(keys.len()).unwrap()));
    group.bench_function("Dictionary::token", |b| {
        b.iter(|| {
            let found =
                keys.iter().filter(|(ssid, code)| dictionary.token(black_box(*ssid), *code).is_some());
            assert_eq!(found.count(), keys.len());
        });
    });
    group.bench_function("HashMap<u64, usize>", |b| {
        b.iter(|| {
            let found = map_keys.iter().filter(|key| map.contains_key(black_box(*key)));
            assert_eq!(found.count(), keys.len());
        });
    });
    group.finish();
}

fn lookup_by_name(c: &mut Criterion) {
    let dictionary = Dictionary::builtin();
    let names: Vec<_> = dictionary.tokens().map(|token| token.name()).collect();
    let map: HashMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let mut group = c.benchmark_group("lookup by name");
    group.throughput(Throughput::Elements(u64::try_from(names.len()).unwrap()));
    group.bench_function("Dictionary::token_named", |b| {
        b.iter(|| names.iter().filter(|name| dictionary.token_named(black_box(name)).is_some()).count());
    });
    group.bench_function("HashMap<&str, usize>", |b| {
        b.iter(|| names.iter().filter(|name| map.contains_key(black_box(**name))).count());
    });
    group.finish();
}

fn having_a_dictionary(c: &mut Criterion) {
    let bytes: usize = builtin::definitions().iter().map(|(_, text)| text.len()).sum();
    let mut group = c.benchmark_group("having the shipped definitions");
    group.bench_function("Dictionary::builtin and one lookup", |b| {
        b.iter(|| Dictionary::builtin().token_named(black_box("ZRPC-TKN-CPU")).is_some());
    });
    group.throughput(Throughput::Bytes(u64::try_from(bytes).unwrap()));
    group.bench_function("Loader::with_builtin, from source", |b| {
        b.iter(|| Loader::with_builtin().load(&NoLoader).dictionary);
    });
    group.finish();
}

criterion_group!(benches, lookup_by_code, lookup_by_name, having_a_dictionary);
criterion_main!(benches);
