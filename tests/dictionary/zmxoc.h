/* Made by the DDL compiler from the definitions of the subsystem ZMXO. */
#ifndef ZMXOC_H
#define ZMXOC_H
#pragma section zmxo_val_version
/* Constant ZMXO-VAL-VERSION */
#define ZMXO_VAL_VERSION                  18186U
#define ZSPI_SSN_ZMXO                     231
#define ZSPI_TDT_BOOLEAN                  13
#define ZSPI_VAL_TANDEM                   "TANDEM  "
#pragma fieldalign shared2 __zmxo_val_ssid
typedef struct __zmxo_val_ssid
{
   union
   {
      char                            z_filler[8];
      zspi_ddl_char8_def              z_owner;
   } u_z_filler;
   zspi_ddl_int_def                z_number;
   zspi_ddl_uint_def               z_version;
} zmxo_val_ssid_def;
#define zmxo_val_ssid_def_Size 0
#pragma section zmxo_tnm_ds_stopping
#define ZMXO_TNM_DS_STOPPING              2018
#define ZMXO_TNM_DS_STOPPING              2037
#define ZMXO_TKN_ERROR_TEXT               33490907LU
#define ZMXO_TKN_STATE                    0x0B0207DCLU
#define ZMXO_TKN_COUNT                    33688505LU
#define ZMXO_EVT_STARTED                  (21001)
#pragma section zmxo_ddl_state
enum
{
   zmxo_enm_down = 0,
   zmxo_enm_up,
   zmxo_enm_paused = 7
};
typedef short zmxo_ddl_state_def;
#pragma section zmxo_ddl_place
#pragma fieldalign shared2 __zmxo_ddl_place
typedef struct __zmxo_ddl_place
{
   unsigned char                   z_kind;
   unsigned char                   filler_0;
   zmxo_ddl_state_def              z_state;
   char                            z_names[2][6];
   struct
   {
      unsigned short z_high:4;
      unsigned short z_low:8;
      unsigned short filler_1:4;
   } z_bits;
   union
   {
      long                         z_number;
      struct
      {
         short                     z_word[2];
      } z_words;
   } u_z_number;
} zmxo_ddl_place_def;
#define zmxo_ddl_place_def_Size 22
static short zmxo_map_place[] = {2303, 9, 22, 18186, 22 * 0, 5887 };
static int zmxo_map_whole[] =
   { 2303, 10, 22, 18186, 5887 };
extern short zmxo_start_(short *error);
#endif
