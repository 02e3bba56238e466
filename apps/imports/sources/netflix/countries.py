"""Countries by ISO 3166-1: the codes there are and were, and the names that can mean only one of them."""

from apps.imports.sources.netflix.words import fold

# Names that mean several countries, such as Korea, Congo or Virgin Islands, are left out on purpose. Old films
# are of countries that are no more: their codes are ISO's withdrawn ones, and TMDB's (XC, XG) where those mean
# another country today.
_TABLE = """
AD Andorra; AE United Arab Emirates/UAE; AF Afghanistan; AG Antigua and Barbuda; AI Anguilla; AL Albania; AM
Armenia; AO Angola; AQ Antarctica; AR Argentina; AS American Samoa; AT Austria; AU Australia; AW Aruba; AX Åland
Islands; AZ Azerbaijan; BA Bosnia and Herzegovina/Bosnia; BB Barbados; BD Bangladesh; BE Belgium; BF Burkina Faso;
BG Bulgaria; BH Bahrain; BI Burundi; BJ Benin; BL Saint Barthélemy; BM Bermuda; BN Brunei; BO Bolivia; BQ Bonaire,
Sint Eustatius and Saba; BR Brazil; BS Bahamas/The Bahamas; BT Bhutan; BV Bouvet Island; BW Botswana; BY Belarus; BZ
Belize; CA Canada; CC Cocos Islands; CD Democratic Republic of the Congo/DR Congo; CF Central African Republic; CG
Republic of the Congo; CH Switzerland; CI Côte d'Ivoire/Ivory Coast; CK Cook Islands; CL Chile; CM Cameroon; CN
China; CO Colombia; CR Costa Rica; CU Cuba; CV Cabo Verde/Cape Verde; CW Curaçao; CX Christmas Island; CY Cyprus; CZ
Czechia/Czech Republic; DE Germany; DJ Djibouti; DK Denmark; DM Dominica; DO Dominican Republic; DZ Algeria; EC
Ecuador; EE Estonia; EG Egypt; EH Western Sahara; ER Eritrea; ES Spain; ET Ethiopia; FI Finland; FJ Fiji; FK
Falkland Islands; FM Micronesia; FO Faroe Islands; FR France; GA Gabon; GB United Kingdom/Great Britain/UK; GD
Grenada; GE Georgia; GF French Guiana; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland; GM Gambia/The Gambia; GN
Guinea; GP Guadeloupe; GQ Equatorial Guinea; GR Greece; GS South Georgia and the South Sandwich Islands; GT
Guatemala; GU Guam; GW Guinea-Bissau; GY Guyana; HK Hong Kong; HM Heard Island and McDonald Islands; HN Honduras; HR
Croatia; HT Haiti; HU Hungary; ID Indonesia; IE Ireland; IL Israel; IM Isle of Man; IN India; IO British Indian
Ocean Territory; IQ Iraq; IR Iran; IS Iceland; IT Italy; JE Jersey; JM Jamaica; JO Jordan; JP Japan; KE Kenya; KG
Kyrgyzstan; KH Cambodia; KI Kiribati; KM Comoros; KN Saint Kitts and Nevis; KP North Korea; KR South Korea/Republic
of Korea; KW Kuwait; KY Cayman Islands; KZ Kazakhstan; LA Laos; LB Lebanon; LC Saint Lucia; LI Liechtenstein; LK Sri
Lanka; LR Liberia; LS Lesotho; LT Lithuania; LU Luxembourg; LV Latvia; LY Libya; MA Morocco; MC Monaco; MD Moldova;
ME Montenegro; MF Saint Martin; MG Madagascar; MH Marshall Islands; MK North Macedonia/Macedonia; ML Mali; MM
Myanmar/Burma; MN Mongolia; MO Macao/Macau; MP Northern Mariana Islands; MQ Martinique; MR Mauritania; MS
Montserrat; MT Malta; MU Mauritius; MV Maldives; MW Malawi; MX Mexico; MY Malaysia; MZ Mozambique; NA Namibia; NC
New Caledonia; NE Niger; NF Norfolk Island; NG Nigeria; NI Nicaragua; NL Netherlands/The Netherlands/Holland; NO
Norway; NP Nepal; NR Nauru; NU Niue; NZ New Zealand; OM Oman; PA Panama; PE Peru; PF French Polynesia; PG Papua New
Guinea; PH Philippines/The Philippines; PK Pakistan; PL Poland; PM Saint Pierre and Miquelon; PN Pitcairn; PR Puerto
Rico; PS Palestine; PT Portugal; PW Palau; PY Paraguay; QA Qatar; RE Réunion; RO Romania; RS Serbia; RU
Russia/Russian Federation; RW Rwanda; SA Saudi Arabia; SB Solomon Islands; SC Seychelles; SD Sudan; SE Sweden; SG
Singapore; SH Saint Helena; SI Slovenia; SJ Svalbard and Jan Mayen; SK Slovakia; SL Sierra Leone; SM San Marino; SN
Senegal; SO Somalia; SR Suriname; SS South Sudan; SU Soviet Union/USSR; ST São Tomé and Príncipe; SV El Salvador; SX
Sint Maarten; SY Syria; SZ Eswatini/Swaziland; TC Turks and Caicos Islands; TD Chad; TF French Southern Territories;
TG Togo; TH Thailand; TJ Tajikistan; TK Tokelau; TL Timor-Leste/East Timor; TM Turkmenistan; TN Tunisia; TO Tonga;
TR Türkiye/Turkey; TT Trinidad and Tobago; TV Tuvalu; TW Taiwan; TZ Tanzania; UA Ukraine; UG Uganda; UM United
States Minor Outlying Islands; US United States/United States of America/USA; UY Uruguay; UZ Uzbekistan; VA Vatican
City/Holy See; VC Saint Vincent and the Grenadines; VE Venezuela; VG British Virgin Islands; VI United States Virgin
Islands; VN Vietnam/Viet Nam; VU Vanuatu; WF Wallis and Futuna; WS Samoa; XC Czechoslovakia; XG East Germany; XK
Kosovo; YE Yemen; YT Mayotte; YU Yugoslavia; ZA South Africa; ZM Zambia; ZW Zimbabwe
"""


def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for line in _TABLE.replace("\n", " ").split(";"):
        code, _, names = line.strip().partition(" ")
        codes |= {fold(name): code for name in (code, *names.split("/"))}
    return codes


_CODES = _codes()


def country_code(text: str) -> str:
    """The code that is meant by a code or a name; empty if there is none."""
    return _CODES.get(fold(text), "")
