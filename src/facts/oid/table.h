/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Object identifiers that certificates, requests, lists and key stores carry, with the short and the long
 * name that OpenSSL gives them (its spelling, so that our facts and its output can be compared). One line
 * each: dots, short name, long name. What is missing here is shown in dots.
 */

/* clang-format off */
#define OIDS_ALL(X) \
	/* Attributes of names */ \
	X("0.9.2342.19200300.100.1.1", "UID", "userId") \
	X("0.9.2342.19200300.100.1.2", "textEncodedORAddress", "textEncodedORAddress") \
	X("0.9.2342.19200300.100.1.3", "mail", "rfc822Mailbox") \
	X("0.9.2342.19200300.100.1.4", "info", "info") \
	X("0.9.2342.19200300.100.1.5", "favouriteDrink", "favouriteDrink") \
	X("0.9.2342.19200300.100.1.6", "roomNumber", "roomNumber") \
	X("0.9.2342.19200300.100.1.7", "photo", "photo") \
	X("0.9.2342.19200300.100.1.8", "userClass", "userClass") \
	X("0.9.2342.19200300.100.1.9", "host", "host") \
	X("0.9.2342.19200300.100.1.10", "manager", "manager") \
	X("0.9.2342.19200300.100.1.11", "documentIdentifier", "documentIdentifier") \
	X("0.9.2342.19200300.100.1.12", "documentTitle", "documentTitle") \
	X("0.9.2342.19200300.100.1.13", "documentVersion", "documentVersion") \
	X("0.9.2342.19200300.100.1.14", "documentAuthor", "documentAuthor") \
	X("0.9.2342.19200300.100.1.15", "documentLocation", "documentLocation") \
	X("0.9.2342.19200300.100.1.20", "homeTelephoneNumber", "homeTelephoneNumber") \
	X("0.9.2342.19200300.100.1.21", "secretary", "secretary") \
	X("0.9.2342.19200300.100.1.22", "otherMailbox", "otherMailbox") \
	X("0.9.2342.19200300.100.1.23", "lastModifiedTime", "lastModifiedTime") \
	X("0.9.2342.19200300.100.1.24", "lastModifiedBy", "lastModifiedBy") \
	X("0.9.2342.19200300.100.1.25", "DC", "domainComponent") \
	X("0.9.2342.19200300.100.1.26", "aRecord", "aRecord") \
	X("0.9.2342.19200300.100.1.27", "pilotAttributeType27", "pilotAttributeType27") \
	X("0.9.2342.19200300.100.1.28", "mXRecord", "mXRecord") \
	X("0.9.2342.19200300.100.1.29", "nSRecord", "nSRecord") \
	X("0.9.2342.19200300.100.1.30", "sOARecord", "sOARecord") \
	X("0.9.2342.19200300.100.1.31", "cNAMERecord", "cNAMERecord") \
	X("0.9.2342.19200300.100.1.37", "associatedDomain", "associatedDomain") \
	X("0.9.2342.19200300.100.1.38", "associatedName", "associatedName") \
	X("0.9.2342.19200300.100.1.39", "homePostalAddress", "homePostalAddress") \
	X("0.9.2342.19200300.100.1.40", "personalTitle", "personalTitle") \
	X("0.9.2342.19200300.100.1.41", "mobileTelephoneNumber", "mobileTelephoneNumber") \
	X("0.9.2342.19200300.100.1.42", "pagerTelephoneNumber", "pagerTelephoneNumber") \
	X("0.9.2342.19200300.100.1.43", "friendlyCountryName", "friendlyCountryName") \
	X("0.9.2342.19200300.100.1.44", "uid", "uniqueIdentifier") \
	X("0.9.2342.19200300.100.1.45", "organizationalStatus", "organizationalStatus") \
	X("0.9.2342.19200300.100.1.46", "janetMailbox", "janetMailbox") \
	X("0.9.2342.19200300.100.1.47", "mailPreferenceOption", "mailPreferenceOption") \
	X("0.9.2342.19200300.100.1.48", "buildingName", "buildingName") \
	X("0.9.2342.19200300.100.1.49", "dSAQuality", "dSAQuality") \
	X("0.9.2342.19200300.100.1.50", "singleLevelQuality", "singleLevelQuality") \
	X("0.9.2342.19200300.100.1.51", "subtreeMinimumQuality", "subtreeMinimumQuality") \
	X("0.9.2342.19200300.100.1.52", "subtreeMaximumQuality", "subtreeMaximumQuality") \
	X("0.9.2342.19200300.100.1.53", "personalSignature", "personalSignature") \
	X("0.9.2342.19200300.100.1.54", "dITRedirect", "dITRedirect") \
	X("0.9.2342.19200300.100.1.55", "audio", "audio") \
	X("0.9.2342.19200300.100.1.56", "documentPublisher", "documentPublisher") \
	X("1.2.643.3.131.1.1", "INN", "INN") \
	X("1.2.643.100.1", "OGRN", "OGRN") \
	X("1.2.643.100.3", "SNILS", "SNILS") \
	X("1.2.643.100.5", "OGRNIP", "OGRNIP") \
	X("1.2.643.100.111", "subjectSignTool", "Signing Tool of Subject") \
	X("1.2.643.100.112", "issuerSignTool", "Signing Tool of Issuer") \
	X("1.2.643.100.113", "classSignTool", "Class of Signing Tool") \
	X("1.2.643.100.113.1", "classSignToolKC1", "Class of Signing Tool KC1") \
	X("1.2.643.100.113.2", "classSignToolKC2", "Class of Signing Tool KC2") \
	X("1.2.643.100.113.3", "classSignToolKC3", "Class of Signing Tool KC3") \
	X("1.2.643.100.113.4", "classSignToolKB1", "Class of Signing Tool KB1") \
	X("1.2.643.100.113.5", "classSignToolKB2", "Class of Signing Tool KB2") \
	X("1.2.643.100.113.6", "classSignToolKA1", "Class of Signing Tool KA1") \
	X("1.2.840.113549.1.9.1", "emailAddress", "emailAddress") \
	X("1.2.840.113549.1.9.2", "unstructuredName", "unstructuredName") \
	X("1.2.840.113549.1.9.3", "contentType", "contentType") \
	X("1.2.840.113549.1.9.4", "messageDigest", "messageDigest") \
	X("1.2.840.113549.1.9.5", "signingTime", "signingTime") \
	X("1.2.840.113549.1.9.6", "countersignature", "countersignature") \
	X("1.2.840.113549.1.9.7", "challengePassword", "challengePassword") \
	X("1.2.840.113549.1.9.8", "unstructuredAddress", "unstructuredAddress") \
	X("1.2.840.113549.1.9.9", "extendedCertificateAttributes", "extendedCertificateAttributes") \
	X("1.2.840.113549.1.9.14", "extReq", "Extension Request") \
	X("1.2.840.113549.1.9.15", "SMIME-CAPS", "S/MIME Capabilities") \
	X("1.2.840.113549.1.9.16", "SMIME", "S/MIME") \
	X("1.2.840.113549.1.9.20", "friendlyName", "friendlyName") \
	X("1.2.840.113549.1.9.21", "localKeyID", "localKeyID") \
	X("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL", "jurisdictionLocalityName") \
	X("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST", "jurisdictionStateOrProvinceName") \
	X("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC", "jurisdictionCountryName") \
	X("2.5.4.3", "CN", "commonName") \
	X("2.5.4.4", "SN", "surname") \
	X("2.5.4.5", "serialNumber", "serialNumber") \
	X("2.5.4.6", "C", "countryName") \
	X("2.5.4.7", "L", "localityName") \
	X("2.5.4.8", "ST", "stateOrProvinceName") \
	X("2.5.4.9", "street", "streetAddress") \
	X("2.5.4.10", "O", "organizationName") \
	X("2.5.4.11", "OU", "organizationalUnitName") \
	X("2.5.4.12", "title", "title") \
	X("2.5.4.13", "description", "description") \
	X("2.5.4.14", "searchGuide", "searchGuide") \
	X("2.5.4.15", "businessCategory", "businessCategory") \
	X("2.5.4.16", "postalAddress", "postalAddress") \
	X("2.5.4.17", "postalCode", "postalCode") \
	X("2.5.4.18", "postOfficeBox", "postOfficeBox") \
	X("2.5.4.19", "physicalDeliveryOfficeName", "physicalDeliveryOfficeName") \
	X("2.5.4.20", "telephoneNumber", "telephoneNumber") \
	X("2.5.4.21", "telexNumber", "telexNumber") \
	X("2.5.4.22", "teletexTerminalIdentifier", "teletexTerminalIdentifier") \
	X("2.5.4.23", "facsimileTelephoneNumber", "facsimileTelephoneNumber") \
	X("2.5.4.24", "x121Address", "x121Address") \
	X("2.5.4.25", "internationaliSDNNumber", "internationaliSDNNumber") \
	X("2.5.4.26", "registeredAddress", "registeredAddress") \
	X("2.5.4.27", "destinationIndicator", "destinationIndicator") \
	X("2.5.4.28", "preferredDeliveryMethod", "preferredDeliveryMethod") \
	X("2.5.4.29", "presentationAddress", "presentationAddress") \
	X("2.5.4.30", "supportedApplicationContext", "supportedApplicationContext") \
	X("2.5.4.31", "member", "member") \
	X("2.5.4.32", "owner", "owner") \
	X("2.5.4.33", "roleOccupant", "roleOccupant") \
	X("2.5.4.34", "seeAlso", "seeAlso") \
	X("2.5.4.35", "userPassword", "userPassword") \
	X("2.5.4.36", "userCertificate", "userCertificate") \
	X("2.5.4.37", "cACertificate", "cACertificate") \
	X("2.5.4.38", "authorityRevocationList", "authorityRevocationList") \
	X("2.5.4.39", "certificateRevocationList", "certificateRevocationList") \
	X("2.5.4.40", "crossCertificatePair", "crossCertificatePair") \
	X("2.5.4.41", "name", "name") \
	X("2.5.4.42", "GN", "givenName") \
	X("2.5.4.43", "initials", "initials") \
	X("2.5.4.44", "generationQualifier", "generationQualifier") \
	X("2.5.4.45", "x500UniqueIdentifier", "x500UniqueIdentifier") \
	X("2.5.4.46", "dnQualifier", "dnQualifier") \
	X("2.5.4.47", "enhancedSearchGuide", "enhancedSearchGuide") \
	X("2.5.4.48", "protocolInformation", "protocolInformation") \
	X("2.5.4.49", "distinguishedName", "distinguishedName") \
	X("2.5.4.50", "uniqueMember", "uniqueMember") \
	X("2.5.4.51", "houseIdentifier", "houseIdentifier") \
	X("2.5.4.52", "supportedAlgorithms", "supportedAlgorithms") \
	X("2.5.4.53", "deltaRevocationList", "deltaRevocationList") \
	X("2.5.4.54", "dmdName", "dmdName") \
	X("2.5.4.65", "pseudonym", "pseudonym") \
	X("2.5.4.72", "role", "role") \
	X("2.5.4.97", "organizationIdentifier", "organizationIdentifier") \
	X("2.5.4.98", "c3", "countryCode3c") \
	X("2.5.4.99", "n3", "countryCode3n") \
	X("2.5.4.100", "dnsName", "dnsName") \
	/* Signatures */ \
	X("1.2.156.10197.1.501", "SM2-SM3", "SM2-with-SM3") \
	X("1.2.643.2.2.3", "id-GostR3411-94-with-GostR3410-2001", "GOST R 34.11-94 with GOST R 34.10-2001") \
	X("1.2.643.2.2.4", "id-GostR3411-94-with-GostR3410-94", "GOST R 34.11-94 with GOST R 34.10-94") \
	X("1.2.643.2.9.1.3.3", "id-GostR3411-94-with-GostR3410-94-cc", "GOST R 34.11-94 with GOST R 34.10-94 Cryptocom") \
	X("1.2.643.2.9.1.3.4", "id-GostR3411-94-with-GostR3410-2001-cc", "GOST R 34.11-94 with GOST R 34.10-2001 Cryptocom") \
	X("1.2.643.7.1.1.3.2", "id-tc26-signwithdigest-gost3410-2012-256", "GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)") \
	X("1.2.643.7.1.1.3.3", "id-tc26-signwithdigest-gost3410-2012-512", "GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)") \
	X("1.2.840.10040.4.3", "DSA-SHA1", "dsaWithSHA1") \
	X("1.2.840.10045.4.1", "ecdsa-with-SHA1", "ecdsa-with-SHA1") \
	X("1.2.840.10045.4.2", "ecdsa-with-Recommended", "ecdsa-with-Recommended") \
	X("1.2.840.10045.4.3", "ecdsa-with-Specified", "ecdsa-with-Specified") \
	X("1.2.840.10045.4.3.1", "ecdsa-with-SHA224", "ecdsa-with-SHA224") \
	X("1.2.840.10045.4.3.2", "ecdsa-with-SHA256", "ecdsa-with-SHA256") \
	X("1.2.840.10045.4.3.3", "ecdsa-with-SHA384", "ecdsa-with-SHA384") \
	X("1.2.840.10045.4.3.4", "ecdsa-with-SHA512", "ecdsa-with-SHA512") \
	X("1.2.840.113549.1.1.2", "RSA-MD2", "md2WithRSAEncryption") \
	X("1.2.840.113549.1.1.3", "RSA-MD4", "md4WithRSAEncryption") \
	X("1.2.840.113549.1.1.4", "RSA-MD5", "md5WithRSAEncryption") \
	X("1.2.840.113549.1.1.5", "RSA-SHA1", "sha1WithRSAEncryption") \
	X("1.2.840.113549.1.1.10", "RSASSA-PSS", "rsassaPss") \
	X("1.2.840.113549.1.1.11", "RSA-SHA256", "sha256WithRSAEncryption") \
	X("1.2.840.113549.1.1.12", "RSA-SHA384", "sha384WithRSAEncryption") \
	X("1.2.840.113549.1.1.13", "RSA-SHA512", "sha512WithRSAEncryption") \
	X("1.2.840.113549.1.1.14", "RSA-SHA224", "sha224WithRSAEncryption") \
	X("1.3.14.3.2.3", "RSA-NP-MD5", "md5WithRSA") \
	X("1.3.14.3.2.13", "DSA-SHA", "dsaWithSHA") \
	X("1.3.14.3.2.15", "RSA-SHA", "shaWithRSAEncryption") \
	X("1.3.14.3.2.27", "DSA-SHA1-old", "dsaWithSHA1-old") \
	X("1.3.14.3.2.29", "RSA-SHA1-2", "sha1WithRSA") \
	X("1.3.36.3.3.1.2", "RSA-RIPEMD160", "ripemd160WithRSA") \
	X("1.3.101.112", "ED25519", "ED25519") \
	X("1.3.101.113", "ED448", "ED448") \
	X("1.3.132.1.11.0", "dhSinglePass-stdDH-sha224kdf-scheme", "dhSinglePass-stdDH-sha224kdf-scheme") \
	X("1.3.132.1.11.1", "dhSinglePass-stdDH-sha256kdf-scheme", "dhSinglePass-stdDH-sha256kdf-scheme") \
	X("1.3.132.1.11.2", "dhSinglePass-stdDH-sha384kdf-scheme", "dhSinglePass-stdDH-sha384kdf-scheme") \
	X("1.3.132.1.11.3", "dhSinglePass-stdDH-sha512kdf-scheme", "dhSinglePass-stdDH-sha512kdf-scheme") \
	X("1.3.132.1.14.0", "dhSinglePass-cofactorDH-sha224kdf-scheme", "dhSinglePass-cofactorDH-sha224kdf-scheme") \
	X("1.3.132.1.14.1", "dhSinglePass-cofactorDH-sha256kdf-scheme", "dhSinglePass-cofactorDH-sha256kdf-scheme") \
	X("1.3.132.1.14.2", "dhSinglePass-cofactorDH-sha384kdf-scheme", "dhSinglePass-cofactorDH-sha384kdf-scheme") \
	X("1.3.132.1.14.3", "dhSinglePass-cofactorDH-sha512kdf-scheme", "dhSinglePass-cofactorDH-sha512kdf-scheme") \
	X("1.3.133.16.840.63.0.2", "dhSinglePass-stdDH-sha1kdf-scheme", "dhSinglePass-stdDH-sha1kdf-scheme") \
	X("1.3.133.16.840.63.0.3", "dhSinglePass-cofactorDH-sha1kdf-scheme", "dhSinglePass-cofactorDH-sha1kdf-scheme") \
	X("2.5.8.3.100", "RSA-MDC2", "mdc2WithRSA") \
	X("2.16.840.1.101.3.4.3.1", "dsa_with_SHA224", "dsa_with_SHA224") \
	X("2.16.840.1.101.3.4.3.2", "dsa_with_SHA256", "dsa_with_SHA256") \
	X("2.16.840.1.101.3.4.3.3", "id-dsa-with-sha384", "dsa_with_SHA384") \
	X("2.16.840.1.101.3.4.3.4", "id-dsa-with-sha512", "dsa_with_SHA512") \
	X("2.16.840.1.101.3.4.3.5", "id-dsa-with-sha3-224", "dsa_with_SHA3-224") \
	X("2.16.840.1.101.3.4.3.6", "id-dsa-with-sha3-256", "dsa_with_SHA3-256") \
	X("2.16.840.1.101.3.4.3.7", "id-dsa-with-sha3-384", "dsa_with_SHA3-384") \
	X("2.16.840.1.101.3.4.3.8", "id-dsa-with-sha3-512", "dsa_with_SHA3-512") \
	X("2.16.840.1.101.3.4.3.9", "id-ecdsa-with-sha3-224", "ecdsa_with_SHA3-224") \
	X("2.16.840.1.101.3.4.3.10", "id-ecdsa-with-sha3-256", "ecdsa_with_SHA3-256") \
	X("2.16.840.1.101.3.4.3.11", "id-ecdsa-with-sha3-384", "ecdsa_with_SHA3-384") \
	X("2.16.840.1.101.3.4.3.12", "id-ecdsa-with-sha3-512", "ecdsa_with_SHA3-512") \
	X("2.16.840.1.101.3.4.3.13", "id-rsassa-pkcs1-v1_5-with-sha3-224", "RSA-SHA3-224") \
	X("2.16.840.1.101.3.4.3.14", "id-rsassa-pkcs1-v1_5-with-sha3-256", "RSA-SHA3-256") \
	X("2.16.840.1.101.3.4.3.15", "id-rsassa-pkcs1-v1_5-with-sha3-384", "RSA-SHA3-384") \
	X("2.16.840.1.101.3.4.3.16", "id-rsassa-pkcs1-v1_5-with-sha3-512", "RSA-SHA3-512") \
	X("2.16.840.1.101.3.4.3.17", "id-ml-dsa-44", "ML-DSA-44") \
	X("2.16.840.1.101.3.4.3.18", "id-ml-dsa-65", "ML-DSA-65") \
	X("2.16.840.1.101.3.4.3.19", "id-ml-dsa-87", "ML-DSA-87") \
	X("2.16.840.1.101.3.4.3.20", "id-slh-dsa-sha2-128s", "SLH-DSA-SHA2-128s") \
	X("2.16.840.1.101.3.4.3.21", "id-slh-dsa-sha2-128f", "SLH-DSA-SHA2-128f") \
	X("2.16.840.1.101.3.4.3.22", "id-slh-dsa-sha2-192s", "SLH-DSA-SHA2-192s") \
	X("2.16.840.1.101.3.4.3.23", "id-slh-dsa-sha2-192f", "SLH-DSA-SHA2-192f") \
	X("2.16.840.1.101.3.4.3.24", "id-slh-dsa-sha2-256s", "SLH-DSA-SHA2-256s") \
	X("2.16.840.1.101.3.4.3.25", "id-slh-dsa-sha2-256f", "SLH-DSA-SHA2-256f") \
	X("2.16.840.1.101.3.4.3.26", "id-slh-dsa-shake-128s", "SLH-DSA-SHAKE-128s") \
	X("2.16.840.1.101.3.4.3.27", "id-slh-dsa-shake-128f", "SLH-DSA-SHAKE-128f") \
	X("2.16.840.1.101.3.4.3.28", "id-slh-dsa-shake-192s", "SLH-DSA-SHAKE-192s") \
	X("2.16.840.1.101.3.4.3.29", "id-slh-dsa-shake-192f", "SLH-DSA-SHAKE-192f") \
	X("2.16.840.1.101.3.4.3.30", "id-slh-dsa-shake-256s", "SLH-DSA-SHAKE-256s") \
	X("2.16.840.1.101.3.4.3.31", "id-slh-dsa-shake-256f", "SLH-DSA-SHAKE-256f") \
	/* Keys and curves */ \
	X("1.2.156.10197.1.301", "SM2", "sm2") \
	X("1.2.643.2.2.19", "gost2001", "GOST R 34.10-2001") \
	X("1.2.643.7.1.1.1", "id-tc26-sign", "id-tc26-sign") \
	X("1.2.643.7.1.1.1.1", "gost2012_256", "GOST R 34.10-2012 with 256 bit modulus") \
	X("1.2.643.7.1.1.1.2", "gost2012_512", "GOST R 34.10-2012 with 512 bit modulus") \
	X("1.2.840.10040.4.1", "DSA", "dsaEncryption") \
	X("1.2.840.10045.2.1", "id-ecPublicKey", "id-ecPublicKey") \
	X("1.2.840.10045.3.0.1", "c2pnb163v1", "c2pnb163v1") \
	X("1.2.840.10045.3.0.2", "c2pnb163v2", "c2pnb163v2") \
	X("1.2.840.10045.3.0.3", "c2pnb163v3", "c2pnb163v3") \
	X("1.2.840.10045.3.0.4", "c2pnb176v1", "c2pnb176v1") \
	X("1.2.840.10045.3.0.5", "c2tnb191v1", "c2tnb191v1") \
	X("1.2.840.10045.3.0.6", "c2tnb191v2", "c2tnb191v2") \
	X("1.2.840.10045.3.0.7", "c2tnb191v3", "c2tnb191v3") \
	X("1.2.840.10045.3.0.8", "c2onb191v4", "c2onb191v4") \
	X("1.2.840.10045.3.0.9", "c2onb191v5", "c2onb191v5") \
	X("1.2.840.10045.3.0.10", "c2pnb208w1", "c2pnb208w1") \
	X("1.2.840.10045.3.0.11", "c2tnb239v1", "c2tnb239v1") \
	X("1.2.840.10045.3.0.12", "c2tnb239v2", "c2tnb239v2") \
	X("1.2.840.10045.3.0.13", "c2tnb239v3", "c2tnb239v3") \
	X("1.2.840.10045.3.0.14", "c2onb239v4", "c2onb239v4") \
	X("1.2.840.10045.3.0.15", "c2onb239v5", "c2onb239v5") \
	X("1.2.840.10045.3.0.16", "c2pnb272w1", "c2pnb272w1") \
	X("1.2.840.10045.3.0.17", "c2pnb304w1", "c2pnb304w1") \
	X("1.2.840.10045.3.0.18", "c2tnb359v1", "c2tnb359v1") \
	X("1.2.840.10045.3.0.19", "c2pnb368w1", "c2pnb368w1") \
	X("1.2.840.10045.3.0.20", "c2tnb431r1", "c2tnb431r1") \
	X("1.2.840.10045.3.1.1", "prime192v1", "prime192v1") \
	X("1.2.840.10045.3.1.2", "prime192v2", "prime192v2") \
	X("1.2.840.10045.3.1.3", "prime192v3", "prime192v3") \
	X("1.2.840.10045.3.1.4", "prime239v1", "prime239v1") \
	X("1.2.840.10045.3.1.5", "prime239v2", "prime239v2") \
	X("1.2.840.10045.3.1.6", "prime239v3", "prime239v3") \
	X("1.2.840.10045.3.1.7", "prime256v1", "prime256v1") \
	X("1.2.840.10046.2.1", "dhpublicnumber", "X9.42 DH") \
	X("1.2.840.113549.1.1.1", "rsaEncryption", "rsaEncryption") \
	X("1.2.840.113549.1.1.7", "RSAES-OAEP", "rsaesOaep") \
	X("1.2.840.113549.1.3.1", "dhKeyAgreement", "dhKeyAgreement") \
	X("1.3.36.3.3.2.8.1.1.1", "brainpoolP160r1", "brainpoolP160r1") \
	X("1.3.36.3.3.2.8.1.1.2", "brainpoolP160t1", "brainpoolP160t1") \
	X("1.3.36.3.3.2.8.1.1.3", "brainpoolP192r1", "brainpoolP192r1") \
	X("1.3.36.3.3.2.8.1.1.4", "brainpoolP192t1", "brainpoolP192t1") \
	X("1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1", "brainpoolP224r1") \
	X("1.3.36.3.3.2.8.1.1.6", "brainpoolP224t1", "brainpoolP224t1") \
	X("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", "brainpoolP256r1") \
	X("1.3.36.3.3.2.8.1.1.8", "brainpoolP256t1", "brainpoolP256t1") \
	X("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1", "brainpoolP320r1") \
	X("1.3.36.3.3.2.8.1.1.10", "brainpoolP320t1", "brainpoolP320t1") \
	X("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", "brainpoolP384r1") \
	X("1.3.36.3.3.2.8.1.1.12", "brainpoolP384t1", "brainpoolP384t1") \
	X("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", "brainpoolP512r1") \
	X("1.3.36.3.3.2.8.1.1.14", "brainpoolP512t1", "brainpoolP512t1") \
	X("1.3.101.1.4.1", "SXNetID", "Strong Extranet ID") \
	X("1.3.101.110", "X25519", "X25519") \
	X("1.3.101.111", "X448", "X448") \
	X("1.3.132.0.1", "sect163k1", "sect163k1") \
	X("1.3.132.0.2", "sect163r1", "sect163r1") \
	X("1.3.132.0.3", "sect239k1", "sect239k1") \
	X("1.3.132.0.4", "sect113r1", "sect113r1") \
	X("1.3.132.0.5", "sect113r2", "sect113r2") \
	X("1.3.132.0.6", "secp112r1", "secp112r1") \
	X("1.3.132.0.7", "secp112r2", "secp112r2") \
	X("1.3.132.0.8", "secp160r1", "secp160r1") \
	X("1.3.132.0.9", "secp160k1", "secp160k1") \
	X("1.3.132.0.10", "secp256k1", "secp256k1") \
	X("1.3.132.0.15", "sect163r2", "sect163r2") \
	X("1.3.132.0.16", "sect283k1", "sect283k1") \
	X("1.3.132.0.17", "sect283r1", "sect283r1") \
	X("1.3.132.0.22", "sect131r1", "sect131r1") \
	X("1.3.132.0.23", "sect131r2", "sect131r2") \
	X("1.3.132.0.24", "sect193r1", "sect193r1") \
	X("1.3.132.0.25", "sect193r2", "sect193r2") \
	X("1.3.132.0.26", "sect233k1", "sect233k1") \
	X("1.3.132.0.27", "sect233r1", "sect233r1") \
	X("1.3.132.0.28", "secp128r1", "secp128r1") \
	X("1.3.132.0.29", "secp128r2", "secp128r2") \
	X("1.3.132.0.30", "secp160r2", "secp160r2") \
	X("1.3.132.0.31", "secp192k1", "secp192k1") \
	X("1.3.132.0.32", "secp224k1", "secp224k1") \
	X("1.3.132.0.33", "secp224r1", "secp224r1") \
	X("1.3.132.0.34", "secp384r1", "secp384r1") \
	X("1.3.132.0.35", "secp521r1", "secp521r1") \
	X("1.3.132.0.36", "sect409k1", "sect409k1") \
	X("1.3.132.0.37", "sect409r1", "sect409r1") \
	X("1.3.132.0.38", "sect571k1", "sect571k1") \
	X("1.3.132.0.39", "sect571r1", "sect571r1") \
	X("2.5.8.1.1", "RSA", "rsa") \
	X("2.16.840.1.101.3.4.4.1", "id-alg-ml-kem-512", "ML-KEM-512") \
	X("2.16.840.1.101.3.4.4.2", "id-alg-ml-kem-768", "ML-KEM-768") \
	X("2.16.840.1.101.3.4.4.3", "id-alg-ml-kem-1024", "ML-KEM-1024") \
	/* Usages */ \
	X("1.3.6.1.4.1.311.2.1.14", "msExtReq", "Microsoft Extension Request") \
	X("1.3.6.1.4.1.311.2.1.21", "msCodeInd", "Microsoft Individual Code Signing") \
	X("1.3.6.1.4.1.311.2.1.22", "msCodeCom", "Microsoft Commercial Code Signing") \
	X("1.3.6.1.4.1.311.10.3.1", "msCTLSign", "Microsoft Trust List Signing") \
	X("1.3.6.1.4.1.311.10.3.3", "msSGC", "Microsoft Server Gated Crypto") \
	X("1.3.6.1.4.1.311.10.3.4", "msEFS", "Microsoft Encrypted File System") \
	X("1.3.6.1.4.1.311.20.2.2", "msSmartcardLogin", "Microsoft Smartcard Login") \
	X("1.3.6.1.4.1.311.20.2.3", "msUPN", "Microsoft User Principal Name") \
	X("1.3.6.1.4.1.11129.2.4.2", "ct_precert_scts", "CT Precertificate SCTs") \
	X("1.3.6.1.4.1.11129.2.4.3", "ct_precert_poison", "CT Precertificate Poison") \
	X("1.3.6.1.4.1.11129.2.4.4", "ct_precert_signer", "CT Precertificate Signer") \
	X("1.3.6.1.4.1.11129.2.4.5", "ct_cert_scts", "CT Certificate SCTs") \
	X("1.3.6.1.5.2.3.4", "pkInitClientAuth", "PKINIT Client Auth") \
	X("1.3.6.1.5.2.3.5", "pkInitKDC", "Signing KDC Response") \
	X("1.3.6.1.5.5.7.3.1", "serverAuth", "TLS Web Server Authentication") \
	X("1.3.6.1.5.5.7.3.2", "clientAuth", "TLS Web Client Authentication") \
	X("1.3.6.1.5.5.7.3.3", "codeSigning", "Code Signing") \
	X("1.3.6.1.5.5.7.3.4", "emailProtection", "E-mail Protection") \
	X("1.3.6.1.5.5.7.3.5", "ipsecEndSystem", "IPSec End System") \
	X("1.3.6.1.5.5.7.3.6", "ipsecTunnel", "IPSec Tunnel") \
	X("1.3.6.1.5.5.7.3.7", "ipsecUser", "IPSec User") \
	X("1.3.6.1.5.5.7.3.8", "timeStamping", "Time Stamping") \
	X("1.3.6.1.5.5.7.3.9", "OCSPSigning", "OCSP Signing") \
	X("1.3.6.1.5.5.7.3.10", "DVCS", "dvcs") \
	X("1.3.6.1.5.5.7.3.17", "ipsecIKE", "ipsec Internet Key Exchange") \
	X("1.3.6.1.5.5.7.3.18", "capwapAC", "Ctrl/provision WAP Access") \
	X("1.3.6.1.5.5.7.3.19", "capwapWTP", "Ctrl/Provision WAP Termination") \
	X("1.3.6.1.5.5.7.3.21", "secureShellClient", "SSH Client") \
	X("1.3.6.1.5.5.7.3.22", "secureShellServer", "SSH Server") \
	X("1.3.6.1.5.5.7.3.23", "sendRouter", "Send Router") \
	X("1.3.6.1.5.5.7.3.24", "sendProxiedRouter", "Send Proxied Router") \
	X("1.3.6.1.5.5.7.3.25", "sendOwner", "Send Owner") \
	X("1.3.6.1.5.5.7.3.26", "sendProxiedOwner", "Send Proxied Owner") \
	X("1.3.6.1.5.5.7.3.27", "cmcCA", "CMC Certificate Authority") \
	X("1.3.6.1.5.5.7.3.28", "cmcRA", "CMC Registration Authority") \
	X("1.3.6.1.5.5.7.3.29", "cmcArchive", "CMC Archive Server") \
	X("1.3.6.1.5.5.7.3.30", "id-kp-bgpsec-router", "BGPsec Router") \
	X("1.3.6.1.5.5.7.3.31", "id-kp-BrandIndicatorforMessageIdentification", "Brand Indicator for Message Identification") \
	X("1.3.6.1.5.5.7.3.32", "cmKGA", "Certificate Management Key Generation Authority") \
	X("2.5.29.37.0", "anyExtendedKeyUsage", "Any Extended Key Usage") \
	X("2.16.840.1.113730.4.1", "nsSGC", "Netscape Server Gated Crypto") \
	/* Extensions and access methods */ \
	X("1.3.6.1.5.5.7.1.1", "authorityInfoAccess", "Authority Information Access") \
	X("1.3.6.1.5.5.7.1.2", "biometricInfo", "Biometric Info") \
	X("1.3.6.1.5.5.7.1.3", "qcStatements", "qcStatements") \
	X("1.3.6.1.5.5.7.1.4", "ac-auditEntity", "ac-auditEntity") \
	X("1.3.6.1.5.5.7.1.5", "ac-targeting", "ac-targeting") \
	X("1.3.6.1.5.5.7.1.6", "aaControls", "aaControls") \
	X("1.3.6.1.5.5.7.1.7", "sbgp-ipAddrBlock", "sbgp-ipAddrBlock") \
	X("1.3.6.1.5.5.7.1.8", "sbgp-autonomousSysNum", "sbgp-autonomousSysNum") \
	X("1.3.6.1.5.5.7.1.9", "sbgp-routerIdentifier", "sbgp-routerIdentifier") \
	X("1.3.6.1.5.5.7.1.10", "ac-proxying", "ac-proxying") \
	X("1.3.6.1.5.5.7.1.11", "subjectInfoAccess", "Subject Information Access") \
	X("1.3.6.1.5.5.7.1.14", "proxyCertInfo", "Proxy Certificate Information") \
	X("1.3.6.1.5.5.7.1.24", "tlsfeature", "TLS Feature") \
	X("1.3.6.1.5.5.7.1.28", "sbgp-ipAddrBlockv2", "sbgp-ipAddrBlockv2") \
	X("1.3.6.1.5.5.7.1.29", "sbgp-autonomousSysNumv2", "sbgp-autonomousSysNumv2") \
	X("1.3.6.1.5.5.7.2.1", "id-qt-cps", "Policy Qualifier CPS") \
	X("1.3.6.1.5.5.7.2.2", "id-qt-unotice", "Policy Qualifier User Notice") \
	X("1.3.6.1.5.5.7.2.3", "textNotice", "textNotice") \
	X("1.3.6.1.5.5.7.48.1", "OCSP", "OCSP") \
	X("1.3.6.1.5.5.7.48.1.1", "basicOCSPResponse", "Basic OCSP Response") \
	X("1.3.6.1.5.5.7.48.1.2", "Nonce", "OCSP Nonce") \
	X("1.3.6.1.5.5.7.48.1.3", "CrlID", "OCSP CRL ID") \
	X("1.3.6.1.5.5.7.48.1.4", "acceptableResponses", "Acceptable OCSP Responses") \
	X("1.3.6.1.5.5.7.48.1.5", "noCheck", "OCSP No Check") \
	X("1.3.6.1.5.5.7.48.1.6", "archiveCutoff", "OCSP Archive Cutoff") \
	X("1.3.6.1.5.5.7.48.1.7", "serviceLocator", "OCSP Service Locator") \
	X("1.3.6.1.5.5.7.48.1.8", "extendedStatus", "Extended OCSP Status") \
	X("1.3.6.1.5.5.7.48.1.9", "valid", "valid") \
	X("1.3.6.1.5.5.7.48.1.10", "path", "path") \
	X("1.3.6.1.5.5.7.48.1.11", "trustRoot", "Trust Root") \
	X("1.3.6.1.5.5.7.48.2", "caIssuers", "CA Issuers") \
	X("1.3.6.1.5.5.7.48.3", "ad_timestamping", "AD Time Stamping") \
	X("1.3.6.1.5.5.7.48.4", "AD_DVCS", "ad dvcs") \
	X("1.3.6.1.5.5.7.48.5", "caRepository", "CA Repository") \
	X("1.3.6.1.5.5.7.48.10", "rpkiManifest", "RPKI Manifest") \
	X("1.3.6.1.5.5.7.48.11", "signedObject", "Signed Object") \
	X("1.3.6.1.5.5.7.48.13", "rpkiNotify", "RPKI Notify") \
	X("2.5.29.9", "subjectDirectoryAttributes", "X509v3 Subject Directory Attributes") \
	X("2.5.29.14", "subjectKeyIdentifier", "X509v3 Subject Key Identifier") \
	X("2.5.29.15", "keyUsage", "X509v3 Key Usage") \
	X("2.5.29.16", "privateKeyUsagePeriod", "X509v3 Private Key Usage Period") \
	X("2.5.29.17", "subjectAltName", "X509v3 Subject Alternative Name") \
	X("2.5.29.18", "issuerAltName", "X509v3 Issuer Alternative Name") \
	X("2.5.29.19", "basicConstraints", "X509v3 Basic Constraints") \
	X("2.5.29.20", "crlNumber", "X509v3 CRL Number") \
	X("2.5.29.21", "CRLReason", "X509v3 CRL Reason Code") \
	X("2.5.29.23", "holdInstructionCode", "Hold Instruction Code") \
	X("2.5.29.24", "invalidityDate", "Invalidity Date") \
	X("2.5.29.27", "deltaCRL", "X509v3 Delta CRL Indicator") \
	X("2.5.29.28", "issuingDistributionPoint", "X509v3 Issuing Distribution Point") \
	X("2.5.29.29", "certificateIssuer", "X509v3 Certificate Issuer") \
	X("2.5.29.30", "nameConstraints", "X509v3 Name Constraints") \
	X("2.5.29.31", "crlDistributionPoints", "X509v3 CRL Distribution Points") \
	X("2.5.29.32", "certificatePolicies", "X509v3 Certificate Policies") \
	X("2.5.29.32.0", "anyPolicy", "X509v3 Any Policy") \
	X("2.5.29.33", "policyMappings", "X509v3 Policy Mappings") \
	X("2.5.29.35", "authorityKeyIdentifier", "X509v3 Authority Key Identifier") \
	X("2.5.29.36", "policyConstraints", "X509v3 Policy Constraints") \
	X("2.5.29.37", "extendedKeyUsage", "X509v3 Extended Key Usage") \
	X("2.5.29.46", "freshestCRL", "X509v3 Freshest CRL") \
	X("2.5.29.54", "inhibitAnyPolicy", "X509v3 Inhibit Any Policy") \
	X("2.5.29.55", "targetInformation", "X509v3 AC Targeting") \
	X("2.5.29.56", "noRevAvail", "X509v3 No Revocation Available") \
	X("2.16.840.1.113730.1.1", "nsCertType", "Netscape Cert Type") \
	X("2.16.840.1.113730.1.2", "nsBaseUrl", "Netscape Base Url") \
	X("2.16.840.1.113730.1.3", "nsRevocationUrl", "Netscape Revocation Url") \
	X("2.16.840.1.113730.1.4", "nsCaRevocationUrl", "Netscape CA Revocation Url") \
	X("2.16.840.1.113730.1.7", "nsRenewalUrl", "Netscape Renewal Url") \
	X("2.16.840.1.113730.1.8", "nsCaPolicyUrl", "Netscape CA Policy Url") \
	X("2.16.840.1.113730.1.12", "nsSslServerName", "Netscape SSL Server Name") \
	X("2.16.840.1.113730.1.13", "nsComment", "Netscape Comment") \
	/* Hashes, ciphers and password schemes */ \
	X("1.2.840.113549.1.5.1", "PBE-MD2-DES", "pbeWithMD2AndDES-CBC") \
	X("1.2.840.113549.1.5.3", "PBE-MD5-DES", "pbeWithMD5AndDES-CBC") \
	X("1.2.840.113549.1.5.4", "PBE-MD2-RC2-64", "pbeWithMD2AndRC2-CBC") \
	X("1.2.840.113549.1.5.6", "PBE-MD5-RC2-64", "pbeWithMD5AndRC2-CBC") \
	X("1.2.840.113549.1.5.10", "PBE-SHA1-DES", "pbeWithSHA1AndDES-CBC") \
	X("1.2.840.113549.1.5.11", "PBE-SHA1-RC2-64", "pbeWithSHA1AndRC2-CBC") \
	X("1.2.840.113549.1.5.12", "PBKDF2", "PBKDF2") \
	X("1.2.840.113549.1.5.13", "PBES2", "PBES2") \
	X("1.2.840.113549.1.5.14", "PBMAC1", "PBMAC1") \
	X("1.2.840.113549.1.12.1.1", "PBE-SHA1-RC4-128", "pbeWithSHA1And128BitRC4") \
	X("1.2.840.113549.1.12.1.2", "PBE-SHA1-RC4-40", "pbeWithSHA1And40BitRC4") \
	X("1.2.840.113549.1.12.1.3", "PBE-SHA1-3DES", "pbeWithSHA1And3-KeyTripleDES-CBC") \
	X("1.2.840.113549.1.12.1.4", "PBE-SHA1-2DES", "pbeWithSHA1And2-KeyTripleDES-CBC") \
	X("1.2.840.113549.1.12.1.5", "PBE-SHA1-RC2-128", "pbeWithSHA1And128BitRC2-CBC") \
	X("1.2.840.113549.1.12.1.6", "PBE-SHA1-RC2-40", "pbeWithSHA1And40BitRC2-CBC") \
	X("1.2.840.113549.1.12.10.1.1", "keyBag", "keyBag") \
	X("1.2.840.113549.1.12.10.1.2", "pkcs8ShroudedKeyBag", "pkcs8ShroudedKeyBag") \
	X("1.2.840.113549.1.12.10.1.3", "certBag", "certBag") \
	X("1.2.840.113549.1.12.10.1.4", "crlBag", "crlBag") \
	X("1.2.840.113549.1.12.10.1.5", "secretBag", "secretBag") \
	X("1.2.840.113549.1.12.10.1.6", "safeContentsBag", "safeContentsBag") \
	X("1.2.840.113549.2.2", "MD2", "md2") \
	X("1.2.840.113549.2.4", "MD4", "md4") \
	X("1.2.840.113549.2.5", "MD5", "md5") \
	X("1.2.840.113549.2.6", "hmacWithMD5", "hmacWithMD5") \
	X("1.2.840.113549.2.7", "hmacWithSHA1", "hmacWithSHA1") \
	X("1.2.840.113549.2.8", "hmacWithSHA224", "hmacWithSHA224") \
	X("1.2.840.113549.2.9", "hmacWithSHA256", "hmacWithSHA256") \
	X("1.2.840.113549.2.10", "hmacWithSHA384", "hmacWithSHA384") \
	X("1.2.840.113549.2.11", "hmacWithSHA512", "hmacWithSHA512") \
	X("1.2.840.113549.2.12", "hmacWithSHA512-224", "hmacWithSHA512-224") \
	X("1.2.840.113549.2.13", "hmacWithSHA512-256", "hmacWithSHA512-256") \
	X("1.2.840.113549.3.2", "RC2-CBC", "rc2-cbc") \
	X("1.2.840.113549.3.4", "RC4", "rc4") \
	X("1.2.840.113549.3.7", "DES-EDE3-CBC", "des-ede3-cbc") \
	X("1.2.840.113549.3.8", "RC5-CBC", "rc5-cbc") \
	X("1.2.840.113549.3.10", "DES-CDMF", "des-cdmf") \
	X("1.3.6.1.4.1.11591.4.11", "id-scrypt", "scrypt") \
	X("1.3.14.3.2.6", "DES-ECB", "des-ecb") \
	X("1.3.14.3.2.7", "DES-CBC", "des-cbc") \
	X("1.3.14.3.2.8", "DES-OFB", "des-ofb") \
	X("1.3.14.3.2.9", "DES-CFB", "des-cfb") \
	X("1.3.14.3.2.11", "rsaSignature", "rsaSignature") \
	X("1.3.14.3.2.12", "DSA-old", "dsaEncryption-old") \
	X("1.3.14.3.2.17", "DES-EDE", "des-ede") \
	X("1.3.14.3.2.18", "SHA", "sha") \
	X("1.3.14.3.2.26", "SHA1", "sha1") \
	X("1.3.36.3.2.1", "RIPEMD160", "ripemd160") \
	X("2.16.840.1.101.3.4.1.1", "AES-128-ECB", "aes-128-ecb") \
	X("2.16.840.1.101.3.4.1.2", "AES-128-CBC", "aes-128-cbc") \
	X("2.16.840.1.101.3.4.1.3", "AES-128-OFB", "aes-128-ofb") \
	X("2.16.840.1.101.3.4.1.4", "AES-128-CFB", "aes-128-cfb") \
	X("2.16.840.1.101.3.4.1.5", "id-aes128-wrap", "id-aes128-wrap") \
	X("2.16.840.1.101.3.4.1.6", "id-aes128-GCM", "aes-128-gcm") \
	X("2.16.840.1.101.3.4.1.7", "id-aes128-CCM", "aes-128-ccm") \
	X("2.16.840.1.101.3.4.1.8", "id-aes128-wrap-pad", "id-aes128-wrap-pad") \
	X("2.16.840.1.101.3.4.1.21", "AES-192-ECB", "aes-192-ecb") \
	X("2.16.840.1.101.3.4.1.22", "AES-192-CBC", "aes-192-cbc") \
	X("2.16.840.1.101.3.4.1.23", "AES-192-OFB", "aes-192-ofb") \
	X("2.16.840.1.101.3.4.1.24", "AES-192-CFB", "aes-192-cfb") \
	X("2.16.840.1.101.3.4.1.25", "id-aes192-wrap", "id-aes192-wrap") \
	X("2.16.840.1.101.3.4.1.26", "id-aes192-GCM", "aes-192-gcm") \
	X("2.16.840.1.101.3.4.1.27", "id-aes192-CCM", "aes-192-ccm") \
	X("2.16.840.1.101.3.4.1.28", "id-aes192-wrap-pad", "id-aes192-wrap-pad") \
	X("2.16.840.1.101.3.4.1.41", "AES-256-ECB", "aes-256-ecb") \
	X("2.16.840.1.101.3.4.1.42", "AES-256-CBC", "aes-256-cbc") \
	X("2.16.840.1.101.3.4.1.43", "AES-256-OFB", "aes-256-ofb") \
	X("2.16.840.1.101.3.4.1.44", "AES-256-CFB", "aes-256-cfb") \
	X("2.16.840.1.101.3.4.1.45", "id-aes256-wrap", "id-aes256-wrap") \
	X("2.16.840.1.101.3.4.1.46", "id-aes256-GCM", "aes-256-gcm") \
	X("2.16.840.1.101.3.4.1.47", "id-aes256-CCM", "aes-256-ccm") \
	X("2.16.840.1.101.3.4.1.48", "id-aes256-wrap-pad", "id-aes256-wrap-pad") \
	X("2.16.840.1.101.3.4.2.1", "SHA256", "sha256") \
	X("2.16.840.1.101.3.4.2.2", "SHA384", "sha384") \
	X("2.16.840.1.101.3.4.2.3", "SHA512", "sha512") \
	X("2.16.840.1.101.3.4.2.4", "SHA224", "sha224") \
	X("2.16.840.1.101.3.4.2.5", "SHA512-224", "sha512-224") \
	X("2.16.840.1.101.3.4.2.6", "SHA512-256", "sha512-256") \
	X("2.16.840.1.101.3.4.2.7", "SHA3-224", "sha3-224") \
	X("2.16.840.1.101.3.4.2.8", "SHA3-256", "sha3-256") \
	X("2.16.840.1.101.3.4.2.9", "SHA3-384", "sha3-384") \
	X("2.16.840.1.101.3.4.2.10", "SHA3-512", "sha3-512") \
	X("2.16.840.1.101.3.4.2.11", "SHAKE128", "shake128") \
	X("2.16.840.1.101.3.4.2.12", "SHAKE256", "shake256") \
	X("2.16.840.1.101.3.4.2.13", "id-hmacWithSHA3-224", "hmac-sha3-224") \
	X("2.16.840.1.101.3.4.2.14", "id-hmacWithSHA3-256", "hmac-sha3-256") \
	X("2.16.840.1.101.3.4.2.15", "id-hmacWithSHA3-384", "hmac-sha3-384") \
	X("2.16.840.1.101.3.4.2.16", "id-hmacWithSHA3-512", "hmac-sha3-512") \
	X("2.16.840.1.101.3.4.2.19", "KMAC128", "kmac128") \
	X("2.16.840.1.101.3.4.2.20", "KMAC256", "kmac256") \
	/* Content types */ \
	X("1.2.840.113549.1.7.1", "pkcs7-data", "pkcs7-data") \
	X("1.2.840.113549.1.7.2", "pkcs7-signedData", "pkcs7-signedData") \
	X("1.2.840.113549.1.7.3", "pkcs7-envelopedData", "pkcs7-envelopedData") \
	X("1.2.840.113549.1.7.4", "pkcs7-signedAndEnvelopedData", "pkcs7-signedAndEnvelopedData") \
	X("1.2.840.113549.1.7.5", "pkcs7-digestData", "pkcs7-digestData") \
	X("1.2.840.113549.1.7.6", "pkcs7-encryptedData", "pkcs7-encryptedData") \
	X("1.2.840.113549.1.9.16.1.1", "id-smime-ct-receipt", "id-smime-ct-receipt") \
	X("1.2.840.113549.1.9.16.1.2", "id-smime-ct-authData", "id-smime-ct-authData") \
	X("1.2.840.113549.1.9.16.1.3", "id-smime-ct-publishCert", "id-smime-ct-publishCert") \
	X("1.2.840.113549.1.9.16.1.4", "id-smime-ct-TSTInfo", "id-smime-ct-TSTInfo") \
	X("1.2.840.113549.1.9.16.1.5", "id-smime-ct-TDTInfo", "id-smime-ct-TDTInfo") \
	X("1.2.840.113549.1.9.16.1.6", "id-smime-ct-contentInfo", "id-smime-ct-contentInfo") \
	X("1.2.840.113549.1.9.16.1.7", "id-smime-ct-DVCSRequestData", "id-smime-ct-DVCSRequestData") \
	X("1.2.840.113549.1.9.16.1.8", "id-smime-ct-DVCSResponseData", "id-smime-ct-DVCSResponseData") \
	X("1.2.840.113549.1.9.16.1.9", "id-smime-ct-compressedData", "id-smime-ct-compressedData") \
	X("1.2.840.113549.1.9.16.1.19", "id-smime-ct-contentCollection", "id-smime-ct-contentCollection") \
	X("1.2.840.113549.1.9.16.1.23", "id-smime-ct-authEnvelopedData", "id-smime-ct-authEnvelopedData") \
	X("1.2.840.113549.1.9.16.1.24", "id-ct-routeOriginAuthz", "id-ct-routeOriginAuthz") \
	X("1.2.840.113549.1.9.16.1.26", "id-ct-rpkiManifest", "id-ct-rpkiManifest") \
	X("1.2.840.113549.1.9.16.1.27", "id-ct-asciiTextWithCRLF", "id-ct-asciiTextWithCRLF") \
	X("1.2.840.113549.1.9.16.1.28", "id-ct-xml", "id-ct-xml") \
	X("1.2.840.113549.1.9.16.1.35", "id-ct-rpkiGhostbusters", "id-ct-rpkiGhostbusters") \
	X("1.2.840.113549.1.9.16.1.36", "id-ct-resourceTaggedAttest", "id-ct-resourceTaggedAttest") \
	X("1.2.840.113549.1.9.16.1.47", "id-ct-geofeedCSVwithCRLF", "id-ct-geofeedCSVwithCRLF") \
	X("1.2.840.113549.1.9.16.1.48", "id-ct-signedChecklist", "id-ct-signedChecklist")
/* clang-format on */
