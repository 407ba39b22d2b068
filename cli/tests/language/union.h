typedef struct __pmp_b
{
   union
   {
      char                            z_msg[10];
      struct
      {
         char                            z_long[12];
      } z_other;
   } u_z_msg;
} pmp_b_def;
